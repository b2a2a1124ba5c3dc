package io.wshd.script.js;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import io.wshd.config.InterpreterConfig.Permissions;
import io.wshd.script.InterpreterConfigs;
import io.wshd.script.ScriptException;
import io.wshd.script.ScriptServices;
import io.wshd.script.ScriptSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a script's modules are found and loaded, and what is said when they are not. */
@Timeout(120)
class ModulesTest {

    /** Hooks that answer each message with {@code answer}. */
    private static final String HOOKS = """

            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) await request.stream.send(String(await answer(message)));
            }
            """;

    /** What the log says of a script that cannot be loaded. */
    private static String complaint(String... files) throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with(files)) {
            assertThat(gateway.refusal("/x")).isEqualTo(503);
            return log.text();
        }
    }

    @Test
    void modulesImportEachOtherRelativeToThemselves() throws Exception {
        try (var gateway = TestGateway.with(
                "handlers/sub/x_wsh.mjs",
                "import { word } from '../lib/words.mjs';\nconst answer = () => word;" + HOOKS,
                "handlers/lib/words.mjs",
                "import data from './data.json' with { type: 'json' };\nexport const word = data.word;",
                "handlers/lib/data.json",
                "{ \"word\": \"nested\" }")) {
            assertThat(gateway.connect("/sub/x").ask("?")).isEqualTo("nested");
        }
    }

    @Test
    void aNewVersionReadsChangedModulesAnew() throws Exception {
        String script = "import { word } from './lib.mjs';\nconst answer = () => word;" + HOOKS;
        try (var gateway =
                TestGateway.with("handlers/x_wsh.mjs", script, "handlers/lib.mjs", "export const word = 'old';")) {
            var before = gateway.connect("/x");
            assertThat(before.ask("?")).isEqualTo("old");
            gateway.write("handlers/lib.mjs", "export const word = 'new';");
            gateway.write("handlers/x_wsh.mjs", script + "// changed\n");
            eventually(() -> assertThat(gateway.connect("/x").ask("?")).isEqualTo("new"));
            assertThat(before.ask("?")).isEqualTo("old");
        }
    }

    @Test
    void aScriptMayAwaitAtItsTopLevelAndImportLater() throws Exception {
        try (var gateway = TestGateway.with(
                "handlers/x_wsh.mjs",
                "const one = await new Promise(resolve => setTimeout(() => resolve('one'), 5));\n"
                        + "const answer = async () => one + (await import('./late.mjs')).two;" + HOOKS,
                "handlers/late.mjs",
                "export const two = ' two';")) {
            assertThat(gateway.connect("/x").ask("?")).isEqualTo("one two");
        }
    }

    @Test
    void aHelperThatImportsTheHandlerGetsTheSameModule() throws Exception {
        try (var gateway = TestGateway.with(
                "handlers/x_wsh.mjs",
                "import { same } from './lib.mjs';\nexport const mine = {};\nconst answer = () => same(mine);" + HOOKS,
                "handlers/lib.mjs",
                "import { mine } from './x_wsh.mjs';\nexport const same = other => other === mine;")) {
            assertThat(gateway.connect("/x").ask("?")).isEqualTo("true");
        }
    }

    @Test
    void mistakesHaveTheirPlaceInTheFileThatHasThem() throws Exception {
        assertThat(complaint("handlers/x_wsh.mjs", "\n  null.foo;\n"))
                .contains("handlers/x_wsh.mjs:2:3: TypeError: Cannot read property 'foo' of null");
        assertThat(complaint(
                        "handlers/x_wsh.mjs", "import './lib.mjs';", "handlers/lib.mjs", "\n\nthis is no ( program"))
                .contains("handlers/lib.mjs:3:6: SyntaxError: Expected ; but found is");
        assertThat(complaint("handlers/x_wsh.mjs", "import { no } from './lib.mjs';", "handlers/lib.mjs", ""))
                .contains("handlers/x_wsh.mjs:1:1: SyntaxError: ")
                .contains("'./lib.mjs' does not provide an export named 'no'");
        assertThat(complaint("handlers/x_wsh.mjs", "await null;\nthrow 'words';"))
                .contains("handlers/x_wsh.mjs: threw words");
    }

    @Test
    void aModuleThatIsNotThereIsNamed() throws Exception {
        assertThat(complaint("handlers/x_wsh.mjs", "import './gone.mjs';"))
                .contains("handlers/x_wsh.mjs: Error: Cannot find module 'handlers/gone.mjs'"
                        + " imported from handlers/x_wsh.mjs");
        assertThat(complaint("handlers/x_wsh.mjs", "import 'lodash';"))
                .contains("'lodash'")
                .contains("modules are imported by \"./name.mjs\", \"../name.mjs\" or \"wshd\"");
        assertThat(complaint("handlers/x_wsh.mjs", "import 'http://127.0.0.1:1/x.mjs';"))
                .contains("'http://127.0.0.1:1/x.mjs'");
    }

    @Test
    void modulesOutsideTheHandlerDirectoryAreRefusedAlsoBehindLinks() throws Exception {
        assertThat(complaint("handlers/x_wsh.mjs", "import '../secret.mjs';", "secret.mjs", "export {};"))
                .contains("secret.mjs'")
                .contains("it is outside the handler directory (permissions.files)");
        try (var log = new CapturedLog();
                var gateway = TestGateway.with("secret.mjs", "export const answer = () => 'secret';")) {
            Files.createSymbolicLink(
                    gateway.root().resolve("handlers/link.mjs"), gateway.root().resolve("secret.mjs"));
            gateway.write("handlers/x_wsh.mjs", "import { answer } from './link.mjs';" + HOOKS);
            eventually(() -> assertThat(log.text()).contains("outside the handler directory (permissions.files)"));
        }
    }

    @Test
    void aVersionKnowsTheFilesThatItWasMadeOf(@TempDir Path temporary) throws Exception {
        Path root = temporary.toRealPath();
        Files.writeString(root.resolve("a.mjs"), "import './b.mjs'; import { log } from 'wshd';");
        Files.writeString(root.resolve("b.mjs"), "");
        try (var interpreter = new JsInterpreter(InterpreterConfigs.with(Permissions.STANDARD), 1)) {
            interpreter.addModules(root);
            var handler = interpreter.load(script(root, "import './a.mjs';" + HOOKS), services());
            assertThat(handler.imports().files())
                    .containsExactlyInAnyOrder(root.resolve("a.mjs"), root.resolve("b.mjs"));
            handler.close();
            assertThatThrownBy(
                            () -> interpreter.load(script(root, "import './a.mjs'; import './gone.mjs';"), services()))
                    .isInstanceOfSatisfying(
                            ScriptException.class,
                            e -> assertThat(e.imports().files())
                                    .contains(root.resolve("a.mjs"), root.resolve("gone.mjs")));
        }
    }

    @Test
    void withFilesEverywhereAllowedModulesMayBeAnywhere(@TempDir Path temporary) throws Exception {
        Path root = temporary.toRealPath();
        Files.createDirectory(root.resolve("handlers"));
        Files.writeString(root.resolve("outside.mjs"), "");
        try (var interpreter = new JsInterpreter(InterpreterConfigs.with(Permissions.TRUSTED), 1)) {
            interpreter.addModules(root.resolve("handlers"));
            var handler =
                    interpreter.load(script(root.resolve("handlers"), "import '../outside.mjs';" + HOOKS), services());
            assertThat(handler.imports().files()).isEqualTo(Set.of(root.resolve("outside.mjs")));
        }
    }

    private static ScriptSource script(Path directory, String text) {
        return new ScriptSource(
                directory.resolve("x_wsh.mjs"), "x_wsh.mjs", io.wshd.script.Language.JAVASCRIPT, text, "");
    }

    private static ScriptServices services() {
        return new ScriptServices("x_wsh.mjs", "test", null, List.of(), Map.of());
    }
}
