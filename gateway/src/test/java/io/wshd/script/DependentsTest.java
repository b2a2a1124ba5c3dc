package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a script imports belongs to it: a change redeploys those that depend on it, and nobody else. */
@Timeout(120)
class DependentsTest {

    private static TestGateway gateway;

    /** One gateway for all tests: an interpreter takes seconds to start. Each test has files of its own. */
    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.with(
                // A busy machine takes its time between two writes.
                List.of("scripts.settle=300ms"), "handlers/first_wsh.py", python("", "'ready'"));
        assertThat(word("/first")).isEqualTo("ready");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** A handler that answers each message with what an expression gives. */
    private static String python(String imports, String expression) {
        return imports + "\n" + """
                def web_socket_do_extra_handshake(request):
                    pass

                def web_socket_transfer_data(request):
                    while request.ws_stream.receive_message() is not None:
                        request.ws_stream.send_message(str(%s))
                """.formatted(expression);
    }

    private static String javaScript(String imports, String expression) {
        return imports + "\n" + """
                export async function webSocketDoExtraHandshake(request) {}
                export async function webSocketTransferData(request) {
                  for await (const message of request.stream) await request.stream.send(String(%s));
                }
                """.formatted(expression);
    }

    private static Object word(String path) throws Exception {
        try (var socket = gateway.connect(path)) {
            return socket.ask("?");
        }
    }

    private static void says(String path, String word) throws Exception {
        eventually(() -> assertThat(word(path)).isEqualTo(word));
    }

    private static ScriptStatus status(String script) {
        return gateway.gateway().scripts().status().stream()
                .filter(status -> status.name().equals(script))
                .findFirst()
                .orElseThrow();
    }

    private static int version(String script) {
        return status(script).serving().orElseThrow().number();
    }

    @Test
    void aChangedModuleRedeploysTheScriptsThatImportItAndNoOther() throws Exception {
        gateway.write("handlers/m1_words.py", "WORD = 'one'");
        gateway.write("handlers/m1_a_wsh.py", python("from m1_words import WORD", "WORD"));
        gateway.write("handlers/m1_b_wsh.py", python("", "'alone'"));
        says("/m1_a", "one");
        says("/m1_b", "alone");
        try (var before = gateway.connect("/m1_a")) {
            assertThat(before.ask("?")).isEqualTo("one");
            gateway.write("handlers/m1_words.py", "WORD = 'two'");
            says("/m1_a", "two");
            assertThat(before.ask("?")).isEqualTo("one");
            assertThat(status("handlers/m1_a_wsh.py").draining())
                    .singleElement()
                    .satisfies(old -> assertThat(old.connections()).isEqualTo(1));
        }
        assertThat(version("handlers/m1_a_wsh.py")).isEqualTo(2);
        assertThat(version("handlers/m1_b_wsh.py")).isEqualTo(1);
        eventually(() -> assertThat(status("handlers/m1_a_wsh.py").draining()).isEmpty());
    }

    @Test
    void modulesAreReadAnewThroughOthersAndInPackages() throws Exception {
        gateway.write("handlers/m2/__init__.py", "");
        gateway.write("handlers/m2/deep.py", "def word(): return 'one'");
        gateway.write("handlers/m2/middle.py", "from .deep import (\n    word,  # not the last line\n)");
        gateway.write(
                "handlers/m2_wsh.py",
                python("", "late()") + "\ndef late():\n    from m2 import middle\n    return middle.word()\n");
        says("/m2", "one");
        gateway.write("handlers/m2/deep.py", "def word(): return 'two'");
        says("/m2", "two");
        gateway.write("handlers/m2/other.py", "");
        gateway.write("handlers/m2/__init__.py", "import m2.other");
        eventually(() -> assertThat(version("handlers/m2_wsh.py")).isGreaterThan(2));
        says("/m2", "two");
    }

    @Test
    void aModuleThatNoTextNamesIsFollowedWhenItIsImported() throws Exception {
        gateway.write("handlers/m3_hidden.py", "WORD = 'one'");
        gateway.write(
                "handlers/m3_wsh.py", python("import importlib", "importlib.import_module('m3_' + 'hidden').WORD"));
        says("/m3", "one");
        gateway.write("handlers/m3_hidden.py", "WORD = 'two'");
        says("/m3", "two");
    }

    @Test
    void aModuleThatChangesWhileAHandlerImportsItIsImportedAllTheSame() throws Exception {
        gateway.write("handlers/m9_late.py", "import time\ntime.sleep(1)\nWORD = 'late'");
        gateway.write(
                "handlers/m9_late_wsh.py",
                python("", "late()") + "\ndef late():\n    from m9_late import WORD\n    return WORD\n");
        eventually(() -> assertThat(version("handlers/m9_late_wsh.py")).isEqualTo(1));
        try (var socket = gateway.connect("/m9_late")) {
            socket.send("?");
            gateway.write("handlers/m9_late.py", "WORD = 'later'");
            assertThat(socket.receive()).isIn("late", "later");
        }
        says("/m9_late", "later");
    }

    @Test
    void aBrokenModuleChangesNothingUntilItIsMended() throws Exception {
        gateway.write("handlers/m4_words.py", "WORD = 'one'");
        gateway.write("handlers/m4_wsh.py", python("import m4_words", "m4_words.WORD"));
        says("/m4", "one");
        try (var log = new CapturedLog()) {
            gateway.write("handlers/m4_words.py", "WORD = (");
            eventually(() -> assertThat(log.text()).contains("m4_words.py").contains("Still serving version 1 of "));
            assertThat(word("/m4")).isEqualTo("one");
            assertThat(status("handlers/m4_wsh.py").failure().orElseThrow().message())
                    .contains("SyntaxError");
        }
        gateway.write("handlers/m4_words.py", "WORD = 'three'");
        says("/m4", "three");
        assertThat(status("handlers/m4_wsh.py").failure()).isEmpty();
    }

    @Test
    void aScriptThatMissesAModuleLoadsWhenItComes() throws Exception {
        try (var log = new CapturedLog()) {
            gateway.write("handlers/m5_wsh.py", python("import m5_words", "m5_words.WORD"));
            eventually(() -> assertThat(log.text()).contains("No module named 'm5_words'"));
        }
        gateway.write("handlers/m5_words.py", "WORD = 'there'");
        says("/m5", "there");
    }

    @Test
    void filesThatChangeTogetherGoLiveTogether() throws Exception {
        gateway.write("handlers/m6_words.py", "WORD = 'one'");
        gateway.write("handlers/m6_a_wsh.py", python("from m6_words import WORD", "WORD"));
        gateway.write("handlers/m6_b_wsh.py", python("import m6_words", "m6_words.WORD"));
        says("/m6_a", "one");
        says("/m6_b", "one");
        try (var log = new CapturedLog()) {
            gateway.write("handlers/m6_words.py", "WORD = 'two'");
            gateway.write("handlers/m6_a_wsh.py", python("from m6_words import WORD", "WORD + '!'"));
            gateway.write("handlers/m6_b_wsh.py", python("import m6_words", "m6_words.WORD + '?'"));
            says("/m6_a", "two!");
            // The other one was taken into use before anybody could connect.
            assertThat(word("/m6_b")).isEqualTo("two?");
            assertThat(log.text().lines().filter(line -> line.contains("m6_a_wsh.py: serving version")))
                    .hasSize(1);
        }
    }

    @Test
    void aFileThatIsWrittenTwiceInAMomentIsNoticedBothTimes() throws Exception {
        Path file = gateway.root().resolve("handlers/m7_wsh.py");
        for (int i = 0; i < 20; i++) {
            Files.writeString(file, python("", "'a" + i % 10 + "'"));
            Files.writeString(file, python("", "'b" + i % 10 + "'"));
        }
        says("/m7", "b9");
    }

    @Test
    void aModuleIsNeverTakenFromStoredBytecode() throws Exception {
        gateway.write("handlers/m8_words.py", "WORD = 'one'");
        gateway.write("handlers/m8_wsh.py", python("import m8_words", "m8_words.WORD"));
        says("/m8", "one");
        Path file = gateway.root().resolve("handlers/m8_words.py");
        var modified = Files.getLastModifiedTime(file);
        Path other = Files.writeString(gateway.root().resolve("other"), "WORD = 'two'");
        Files.setLastModifiedTime(other, modified);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        says("/m8", "two");
        assertThat(gateway.root().resolve("handlers/__pycache__")).doesNotExist();
    }

    @Test
    void aJavaScriptModuleRedeploysTheScriptsThatImportIt() throws Exception {
        gateway.write("handlers/lib/words.mjs", "export { word } from './deep.mjs';");
        gateway.write("handlers/lib/deep.mjs", "export const word = 'one';");
        gateway.write("handlers/m9_wsh.mjs", javaScript("import { word } from './lib/words.mjs';", "word"));
        gateway.write("handlers/m9_other_wsh.mjs", javaScript("", "'alone'"));
        says("/m9", "one");
        says("/m9_other", "alone");
        gateway.write("handlers/lib/deep.mjs", "export const word = 'two';");
        says("/m9", "two");
        gateway.write("handlers/lib/deep.mjs", "export const word = (");
        eventually(() -> assertThat(status("handlers/m9_wsh.mjs").failure()).isPresent());
        assertThat(word("/m9")).isEqualTo("two");
        gateway.write("handlers/lib/deep.mjs", "export const word = 'three';");
        says("/m9", "three");
        assertThat(version("handlers/m9_other_wsh.mjs")).isEqualTo(1);
    }

    @Test
    void aScriptThatIsRemovedIsRetiredAndMayComeBack() throws Exception {
        gateway.write("handlers/m10_wsh.py", python("", "'one'"));
        says("/m10", "one");
        try (var before = gateway.connect("/m10")) {
            gateway.delete("handlers/m10_wsh.py");
            eventually(() -> assertThat(gateway.refusal("/m10")).isEqualTo(404));
            assertThat(before.ask("?")).isEqualTo("one");
        }
        gateway.write("handlers/m10_wsh.py", python("", "'one'"));
        says("/m10", "one");
    }

    @Test
    void connectionsOnAnOldVersionAreClosedWith1012WhenTheyDoNotEnd() throws Exception {
        try (var log = new CapturedLog();
                var draining = TestGateway.with(
                        List.of("scripts.drain-timeout=300ms"), "handlers/x_wsh.mjs", javaScript("", "'one'"));
                var before = draining.connect("/x")) {
            assertThat(before.ask("?")).isEqualTo("one");
            draining.write("handlers/x_wsh.mjs", javaScript("", "'two'"));
            assertThat(before.closed()).isEqualTo(new io.wshd.TestSocket.Closed(1012, "a newer version is served"));
            assertThat(log.text()).contains("1 connections are still on version 1");
            try (var after = draining.connect("/x")) {
                assertThat(after.ask("?")).isEqualTo("two");
            }
        }
    }
}
