package io.wshd.script.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonLibraryTest {

    private static final byte[] COMPILED = {1, 2, 3};

    private static Context context;

    @TempDir
    private Path home;

    @BeforeAll
    static void start() {
        context = PythonInterpreter.builder().allowIO(IOAccess.ALL).build();
        context.initialize("python");
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @BeforeEach
    void enter() {
        context.enter();
    }

    @AfterEach
    void leave() {
        context.leave();
    }

    @Test
    void whatWasCompiledIsKeptForAsLongAsTheTextIsTheSame() {
        var library = new PythonLibrary(home, true);
        assertThat(library.compiled("a/b.py", "text")).isNull();
        library.keep("a/b.py", "text", bytes(COMPILED));
        assertThat(kept(library, "text")).isEqualTo(COMPILED);
        assertThat(library.compiled("a/b.py", "another text")).isNull();
        library.keep("a/b.py", "another text", bytes(new byte[] {4}));
        assertThat(kept(library, "another text")).containsExactly(4);
        assertThat(home.resolve("wshd")).isDirectoryContaining("glob:**/a.b.pyc");
        assertThat(home.resolve("wshd").toFile().list()).hasSize(1);
    }

    @Test
    void whoMayNotWriteThereReadsOnly() {
        new PythonLibrary(home, true).keep("a/b.py", "text", bytes(COMPILED));
        var library = new PythonLibrary(home, false);
        library.keep("a/b.py", "text", bytes(new byte[] {4}));
        assertThat(kept(library, "text")).isEqualTo(COMPILED);
    }

    @Test
    void aFileThatWasCutOffIsNotUsed() throws Exception {
        var library = new PythonLibrary(home, true);
        library.keep("a/b.py", "text", bytes(COMPILED));
        Path file = home.resolve("wshd/a.b.pyc");
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 32));
        assertThat(library.compiled("a/b.py", "text")).isNull();
    }

    @Test
    void aModuleIsCompiledAgainIfWhatWasKeptIsDamaged() {
        Value source = context.eval(
                "python", PythonInterpreter.resource("/io/wshd/script/python/bootstrap.py") + "\nSource\n");
        List<String> compiled = new ArrayList<>();
        ProxyExecutable damaged = _ -> PythonBytes.of(new byte[] {'c', 0, 0});
        ProxyExecutable keep = arguments -> compiled.add(arguments[0].asString());
        Value module = context.eval("python", "import sys\ntype(sys)('module')\n");
        source.execute(ProxyObject.fromMap(Map.of("compiled", damaged, "keep", keep)), "module.py", "value = 40 + 2")
                .invokeMember("exec_module", module);
        assertThat(module.getMember("value").asInt()).isEqualTo(42);
        assertThat(compiled).containsExactly("module.py");
    }

    private static Value bytes(byte[] data) {
        return context.asValue(PythonBytes.of(data));
    }

    private static byte[] kept(PythonLibrary library, String text) {
        return PythonBytes.toJava(context.asValue(library.compiled("a/b.py", text)));
    }
}
