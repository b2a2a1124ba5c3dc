package io.wshd.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What scripts may do by the permissions of their interpreter, and that a refusal names the switch. */
@Timeout(120)
class PermissionsTest {

    /** Evaluates what the client sends, and answers with the result or the exception. */
    private static final String EVALUATE = """
            import sys

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                while True:
                    message = request.ws_stream.receive_message()
                    if message is None:
                        return
                    scope = {}
                    try:
                        exec(message, scope)
                        answer = repr(scope.get('r'))
                    except BaseException as e:
                        answer = f'{type(e).__name__}: {e}'
                    request.ws_stream.send_message(answer)
            """;

    private static final String EVALUATE_JS = """
            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) {
                let answer;
                try {
                  answer = String(await eval(message));
                } catch (error) {
                  answer = `${error.name}: ${error.message}`;
                }
                await request.stream.send(answer);
              }
            }
            """;

    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.with(
                "conf/gateway.conf",
                """
                listeners { http { bind = "127.0.0.1:0" } }
                hosts {
                  "*" {
                    routes {
                      "/" { handlers = "handlers" }
                      "/sandboxed" { handlers = "handlers", interpreter = box }
                      "/trusted" { handlers = "handlers", interpreter = free }
                      "/undone" { handlers = "handlers", interpreter = undone }
                      "/mixed" { handlers = "handlers", interpreter = mixed }
                    }
                  }
                }
                interpreters {
                  box { permissions = sandboxed }
                  undone { permissions = sandboxed }
                  free { permissions = trusted }
                  mixed { permissions { profile = sandboxed, files = scratch, processes = on } }
                }
                """,
                "handlers/eval_wsh.py",
                EVALUATE,
                "handlers/js_wsh.mjs",
                EVALUATE_JS,
                "handlers/data/words.txt",
                "some words",
                "secret.txt",
                "secret");
        Files.createSymbolicLink(
                gateway.root().resolve("handlers/link.txt"), gateway.root().resolve("secret.txt"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String run(String path, String code) throws Exception {
        try (var socket = gateway.connect(path)) {
            socket.send(code);
            // What the code imports may be cold.
            return (String) socket.within(Duration.ofSeconds(60));
        }
    }

    private static String standard(String code) throws Exception {
        return run("/eval", code);
    }

    private static String sandboxed(String code) throws Exception {
        return run("/sandboxed/eval", code);
    }

    private static String read(Path file) {
        return "r = open('" + file + "').read()";
    }

    @Test
    void filesOfHandlersAreReadAndNoOthers() throws Exception {
        Path root = gateway.root();
        for (String path : new String[] {"/eval", "/sandboxed/eval"}) {
            assertThat(run(path, read(root.resolve("handlers/data/words.txt")))).isEqualTo("'some words'");
            assertThat(run(path, "r = open('data/words.txt').read()")).isEqualTo("'some words'");
            for (String file : new String[] {
                root.resolve("secret.txt").toString(),
                root.resolve("handlers/../secret.txt").toString(),
                root.resolve("handlers/link.txt").toString(),
                "/etc/passwd",
                "/proc/self/environ",
                "/proc/self/root/etc/passwd"
            }) {
                assertThat(run(path, "r = open('" + file + "').read()"))
                        .startsWith("PermissionError: ")
                        .contains("permissions.files");
            }
            assertThat(run(path, "import os; r = os.listdir('/')"))
                    .startsWith("PermissionError: ")
                    .contains("permissions.files");
            assertThat(run(path, "import os; r = os.path.exists('/etc/passwd')"))
                    .isEqualTo("False");
        }
    }

    @Test
    void filesAreWrittenInTheScratchDirectoryOnly() throws Exception {
        String scratch = "import tempfile, os\nf = tempfile.NamedTemporaryFile('w+')\nf.write('x'); f.flush()\n"
                + "r = open(f.name).read()";
        assertThat(standard(scratch)).isEqualTo("'x'");
        assertThat(sandboxed(scratch)).contains("Error");
        for (String path : new String[] {"/eval", "/sandboxed/eval"}) {
            assertThat(run(path, "open('data/words.txt', 'w')"))
                    .startsWith("PermissionError: ")
                    .contains("it may only be read")
                    .contains("permissions.files");
            assertThat(run(path, "import os; os.remove('data/words.txt')")).contains("permissions.files");
            assertThat(run(path, "open('/tmp/wshd-escape', 'w')")).contains("permissions.files");
        }
        assertThat(Path.of("/tmp/wshd-escape")).doesNotExist();
        assertThat(standard("import os, tempfile; os.symlink('/etc', tempfile.gettempdir() + '/etc')"))
                .contains("Error");
        assertThat(standard("import os, tempfile; os.link('/etc/passwd', tempfile.gettempdir() + '/passwd')"))
                .contains("Error");
    }

    @Test
    void theNetworkIsForThoseWhoMay() throws Exception {
        String connect = "import socket\ns = socket.create_connection(('127.0.0.1', " + gateway.port()
                + "))\ns.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')\nr = s.recv(8)";
        assertThat(standard(connect)).startsWith("b'HTTP/1.");
        assertThat(sandboxed(connect)).startsWith("PermissionError: ").contains("permissions.network");
        assertThat(sandboxed("import socket; socket.socket()"))
                .startsWith("PermissionError: ")
                .contains("permissions.network");
        assertThat(run("/sandboxed/js", "fetch('http://127.0.0.1:" + gateway.port() + "/')"))
                .contains("permissions.network");
        assertThat(run("/js", "fetch('http://127.0.0.1:" + gateway.port() + "/').then(answer => answer.status)"))
                .isEqualTo("404");
    }

    @Test
    void programsAreForThoseWhoMay() throws Exception {
        String start = "import subprocess; r = subprocess.run(['/bin/echo', 'hi'], capture_output=True).stdout";
        assertThat(standard(start)).startsWith("PermissionError: ").contains("permissions.processes");
        assertThat(sandboxed(start)).startsWith("PermissionError: ").contains("permissions.processes");
        assertThat(standard("import os; os.system('true')")).contains("permissions.processes");
        assertThat(run("/trusted/eval", start)).isEqualTo("b'hi\\n'");
        // Without the network GraalPy has no select, which more than one pipe needs.
        assertThat(run("/mixed/eval", start.replace("capture_output=True", "stdout=subprocess.PIPE")))
                .isEqualTo("b'hi\\n'");
        assertThat(run("/mixed/eval", "import socket; socket.socket()")).contains("permissions.network");
    }

    @Test
    void javaAndOtherLanguagesAreForNobody() throws Exception {
        for (String code : new String[] {
            "import java; r = java.type('java.lang.System')",
            "r = __import__('java').lang.System",
            "import java.lang",
            "import polyglot; r = polyglot.eval(language='js', string='1')"
        }) {
            for (String path : new String[] {"/eval", "/sandboxed/eval", "/trusted/eval"}) {
                assertThat(run(path, code))
                        .startsWith("PermissionError: ")
                        .contains("Java and other languages are not for scripts");
            }
        }
        for (String code :
                new String[] {"Java.type('java.lang.System')", "Polyglot.eval('python', '1')", "load('x')"}) {
            assertThat(run("/js", code)).startsWith("ReferenceError: ");
        }
    }

    @Test
    void withoutTheExplanationsTheRefusalsAreStillThere() throws Exception {
        assertThat(standard("import _io; r = _io.FileIO('/etc/passwd').read()")).startsWith("PermissionError");
        assertThat(standard("import ctypes; r = ctypes.CDLL(None)")).contains("Error");
        for (String code : new String[] {
            "import sys, importlib\ndel sys.modules['java']\nr = importlib.import_module('java').type('java.lang.System')",
            "import sys\ndel sys.modules['polyglot']\nimport polyglot\nr = polyglot.eval(language='js', string='1')",
            "import _socket; r = _socket.socket.__mro__[1](2, 1, 0).connect(('127.0.0.1', 80))",
            "import sys\ndel sys.modules['posix']\nimport posix\nr = posix.system('true')"
        }) {
            try (var socket = gateway.connect("/undone/eval")) {
                socket.send(code);
                // Some of GraalPy's own refusals are no Python exceptions, and end the handler.
                Object answer = socket.within(Duration.ofSeconds(20));
                assertThat(answer == null ? socket.closed().toString() : answer.toString())
                        .matches("(?s)Closed\\[code=1006, .*|\\w*Error: .*");
            }
        }
    }

    @Test
    void theGatewaysEnvironmentIsForThoseWhoMay() throws Exception {
        String path = "import os; r = 'PATH' in os.environ";
        assertThat(standard(path)).isEqualTo("False");
        assertThat(sandboxed(path)).isEqualTo("False");
        assertThat(run("/trusted/eval", path)).isEqualTo("True");
    }

    @Test
    void whatOneInterpreterDoesToItsWorldIsNoMatterToOthers() throws Exception {
        assertThat(run(
                        "/undone/eval",
                        "import builtins, time\nbuiltins.len = lambda x: 42\ntime.sleep = None\nr = len('')"))
                .isEqualTo("42");
        assertThat(standard("import time; time.sleep(0); r = len('')")).isEqualTo("0");
    }
}
