package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts that compute for ever, exit, recurse, or do not load: each harms its own connection, at most its interpreter. */
@Timeout(180)
class FaultsTest {

    private static final List<String> SETTINGS = List.of(
            "interpreters.strict.slow-warning=300ms",
            "interpreters.strict.call-deadline=3s",
            "interpreters.strict.max-connections=3",
            "interpreters.strict.max-threads=20",
            "interpreters.impatient.load-deadline=8s");

    private static final String PYTHON = """
            import os, sys, threading, time

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                while True:
                    message = request.ws_stream.receive_message()
                    if message is None:
                        return
                    request.ws_stream.send_message(str(globals()[message]()))

            def hello():
                return 'hello'

            def loop():
                n = 0
                while True:
                    n += 1

            class Trap(dict):
                def get(self, *key):
                    raise ValueError('trap')

            def trap():
                exec(compile('''if True:
                    while not exists(way_out):
                        pass
                    ''', 'trap', 'exec'), Trap(exists=os.path.exists, way_out=os.path.dirname(__file__) + '/way-out'))
                return 'out of the trap'

            def library():
                import textwrap
                while True:
                    textwrap.wrap('a b c ' * 1000)

            def builtin():
                return sum(iter(int, 1))

            def stubborn():
                while True:
                    try:
                        loop()
                    except BaseException:
                        pass

            def exit():
                sys.exit(3)

            def hard_exit():
                os._exit(3)

            def system_exit():
                raise SystemExit

            def recurse(n=900):
                return 0 if n == 0 else 1 + recurse(n - 1)

            def recurse_for_ever():
                try:
                    return recurse_for_ever()
                except RecursionError:
                    return 'RecursionError'

            def many_threads():
                threads = [threading.Thread(target=time.sleep, args=(0.2,), daemon=True) for _ in range(1000)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                return len(threads)

            def too_many_threads():
                import _thread
                over = threading.Event()
                threads = []
                for _ in range(30):
                    try:
                        _thread.start_new_thread()
                    except TypeError:
                        pass
                try:
                    while len(threads) < 100:
                        thread = threading.Thread(target=over.wait)
                        thread.start()
                        threads.append(thread)
                except RuntimeError as e:
                    return f'{len(threads)}: {e}'
                finally:
                    over.set()
                    for thread in threads:
                        thread.join()

            def failing_thread():
                def fail():
                    raise ValueError('of a thread')
                thread = threading.Thread(target=fail, name='worker-7')
                thread.start()
                thread.join()
                seen = []
                threading.excepthook = lambda args: seen.append((args.exc_type, str(args.exc_value), args.thread.name))
                try:
                    thread = threading.Thread(target=fail, name='worker-8')
                    thread.start()
                    thread.join()
                finally:
                    threading.excepthook = threading.__excepthook__
                return seen

            class Careless:
                def __del__(self):
                    raise ValueError('from __del__')

            def careless():
                import gc
                Careless()
                gc.collect()
                return 'survived'

            def hog():
                return len(bytearray(1 << 45))
            """;

    private static final String JAVASCRIPT = """
            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) await request.stream.send(String(functions[message]()));
            }
            const functions = {
              hello: () => 'hello',
              loop() { for (let i = 0; ; i++) if (i === -1) return i; },
              stubborn() { for (;;) { try { for (let i = 0; ; i++) if (i === -1) return i; } catch { } } },
              recurse_for_ever() { return functions.recurse_for_ever() + 1; },
            };
            """;

    /** For code that runs for the first time. */
    private static final Duration COLD = Duration.ofSeconds(60);

    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.with(
                SETTINGS,
                "conf/gateway.conf",
                """
                listeners { http { bind = "127.0.0.1:0" } }
                hosts {
                  "*" {
                    routes {
                      "/" { handlers = "handlers" }
                      "/strict" { handlers = "handlers", interpreter = strict }
                      "/slow" { handlers = "impatient", interpreter = impatient }
                    }
                  }
                }
                """,
                "handlers/do_wsh.py",
                PYTHON,
                "handlers/js_wsh.mjs",
                JAVASCRIPT,
                "impatient/do_wsh.py",
                PYTHON,
                "impatient/js_wsh.mjs",
                JAVASCRIPT);
        for (String path : new String[] {"/do", "/js", "/strict/do", "/strict/js"}) {
            try (var socket = gateway.connect(path)) {
                assertThat(socket.ask("hello")).isEqualTo("hello");
            }
        }
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static Object ask(String path, String what) throws Exception {
        try (var socket = gateway.connect(path)) {
            socket.send(what);
            return socket.within(COLD);
        }
    }

    private static TestSocket.Closed closedAfter(String path, String what) throws Exception {
        try (var socket = gateway.connect(path)) {
            socket.send(what);
            return socket.closed(COLD);
        }
    }

    @Test
    void aHandlerWhoseStackCannotBeToldComesToNoHarm() throws Exception {
        try (var log = new CapturedLog();
                var socket = gateway.connect("/do")) {
            socket.send("trap");
            eventually(
                    COLD,
                    () -> assertThat(log.text())
                            .contains("do_wsh.py (version 1, ")
                            .contains("within the interpreter's own code"));
            gateway.write("handlers/way-out", "");
            assertThat(socket.receive()).isEqualTo("out of the trap");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/strict/do", "/strict/js"})
    void anEndlessLoopIsNamedWithItsStackThenEndedWhileOthersGoOn(String path) throws Exception {
        try (var log = new CapturedLog();
                var neighbour = gateway.connect(path);
                var socket = gateway.connect(path)) {
            assertThat(neighbour.ask("hello")).isEqualTo("hello");
            socket.send("loop");
            eventually(() -> assertThat(log.text())
                    .contains("has computed for")
                    .contains("slow-warning")
                    .contains("loop"));
            if (path.equals("/strict/do")) {
                // They take turns with it.
                assertThat(neighbour.ask("hello")).isEqualTo("hello");
            }
            assertThat(socket.closed().code()).isEqualTo(1011);
            assertThat(neighbour.ask("hello")).isEqualTo("hello");
            assertThat(log.text())
                    .containsPattern("at loop \\(|at functions.loop \\(|, in loop")
                    .containsPattern("handlers/js_wsh.mjs has computed for|do_wsh.py \\(version 1, .* has computed for")
                    .contains("call-deadline");
        }
    }

    @Test
    void anEndlessLoopInTheStandardLibraryIsNamedAndEndedToo() throws Exception {
        try (var log = new CapturedLog();
                var neighbour = gateway.connect("/strict/do");
                var socket = gateway.connect("/strict/do")) {
            socket.send("library");
            assertThat(socket.closed().code()).isEqualTo(1011);
            assertThat(log.text())
                    .containsPattern("do_wsh.py \\(version 1, .* has computed for .*It is (at|within)")
                    .contains("call-deadline");
            eventually(() -> assertThat(log.text()).contains("CallDeadline: computed for 3 s"));
            assertThat(neighbour.ask("hello")).isEqualTo("hello");
            assertThat(log.text()).doesNotContain("is replaced");
        }
    }

    @Test
    void aCallThatNothingCanEndCostsTheInterpreterAndThoseWhoWaitForItAreRefused() throws Exception {
        try (var log = new CapturedLog();
                var neighbour = gateway.connect("/strict/do");
                var socket = gateway.connect("/strict/do")) {
            assertThat(neighbour.ask("hello")).isEqualTo("hello");
            socket.send("builtin");
            assertThat(gateway.refusal("/strict/do")).isEqualTo(503);
            assertThat(socket.closed().code()).isEqualTo(1011);
            assertThat(neighbour.closed()).isEqualTo(new TestSocket.Closed(1012, "the interpreter is restarted"));
            assertThat(log.text()).contains("within the interpreter's own code").contains("does not end");
        }
        // As many as max-connections allows: those that never end do not count.
        eventually(COLD, () -> {
            try (var first = gateway.connect("/strict/do");
                    var second = gateway.connect("/strict/do");
                    var third = gateway.connect("/strict/do")) {
                for (TestSocket each : List.of(first, second, third)) {
                    assertThat(each.ask("hello")).isEqualTo("hello");
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/strict/do", "/strict/js"})
    void aLoopThatCatchesEverythingCostsTheInterpreterAndAFreshOneTakesOver(String path) throws Exception {
        try (var log = new CapturedLog();
                var neighbour = gateway.connect(path);
                var socket = gateway.connect(path)) {
            assertThat(neighbour.ask("hello")).isEqualTo("hello");
            socket.send("stubborn");
            assertThat(socket.closed().code()).isIn(1011, 1012);
            assertThat(neighbour.closed()).isEqualTo(new TestSocket.Closed(1012, "the interpreter is restarted"));
            assertThat(log.text()).contains("is replaced").contains("does not end");
        }
        eventually(() -> assertThat(ask(path, "hello")).isEqualTo("hello"));
        assertThat(gateway.gateway().scripts().interpreters())
                .anySatisfy(status -> assertThat(status.replaced()).isPositive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit", "hard_exit", "system_exit"})
    void anExitEndsItsConnectionOnly(String what) throws Exception {
        try (var neighbour = gateway.connect("/do")) {
            assertThat(neighbour.ask("hello")).isEqualTo("hello");
            assertThat(closedAfter("/do", what).code()).isEqualTo(1006);
            assertThat(neighbour.ask("hello")).isEqualTo("hello");
        }
        assertThat(ask("/do", "hello")).isEqualTo("hello");
    }

    @Test
    void anExceptionInAThreadIsLoggedAndScriptsMayTakeIt() throws Exception {
        try (var log = new CapturedLog()) {
            assertThat(ask("/do", "failing_thread")).isEqualTo("[(<class 'ValueError'>, 'of a thread', 'worker-8')]");
            assertThat(log.text())
                    .containsPattern("Exception in thread worker-7:\\R.*Traceback[^\\x00]*, in fail\\R")
                    .contains("ValueError: of a thread")
                    .doesNotContain("Exception in thread worker-8");
        }
    }

    @Test
    void recursionGoesAsDeepAsPythonAllowsAndNoDeeper() throws Exception {
        assertThat(ask("/do", "recurse")).isEqualTo("900");
        assertThat(ask("/do", "recurse_for_ever")).isEqualTo("RecursionError");
        assertThat(closedAfter("/js", "recurse_for_ever").code()).isEqualTo(1011);
        assertThat(ask("/js", "hello")).isEqualTo("hello");
    }

    @Test
    void errorsInFinalizersAreSurvived() throws Exception {
        assertThat(ask("/do", "careless")).isEqualTo("survived");
    }

    @Test
    void aThousandThreadsAreSurvivedAndTakeNoMoreThanTheirShareOfAnIdleProcessor() throws Exception {
        Duration before = paused("main");
        assertThat(ask("/do", "many_threads")).isEqualTo("1000");
        assertThat(paused("main").minus(before)).isGreaterThan(Duration.ofSeconds(1));
    }

    @Test
    void moreThreadsThanAllowedAreNotStartedUntilOthersHaveEnded() throws Exception {
        String refused = "20: can't start new thread: too many run already (scripts.max-threads)";
        assertThat(ask("/strict/do", "too_many_threads")).isEqualTo(refused);
        eventually(() -> assertThat(gateway.gateway().scripts().interpreters())
                .filteredOn(status -> status.name().equals("strict"))
                .allSatisfy(status -> assertThat(status.threads()).isZero()));
        assertThat(ask("/strict/do", "too_many_threads")).isEqualTo(refused);
    }

    @Test
    void anObjectThatDoesNotFitEndsItsConnectionOnly() throws Exception {
        assertThat(closedAfter("/do", "hog").code()).isEqualTo(1006);
        assertThat(ask("/do", "hello")).isEqualTo("hello");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "impatient/do_wsh.py | /slow/do | import time; time.sleep(3600)",
                "impatient/do_wsh.py | /slow/do | while True: pass",
                "impatient/js_wsh.mjs | /slow/js | await new Promise(() => {});",
                "impatient/js_wsh.mjs | /slow/js | for (;;) {}"
            })
    void aModuleThatDoesNotLoadInTimeIsGivenUpAndTheLastVersionGoesOn(String file, String path, String code)
            throws Exception {
        String good = file.endsWith(".py") ? PYTHON : JAVASCRIPT;
        assertThat(ask(path, "hello")).isEqualTo("hello");
        try (var log = new CapturedLog()) {
            gateway.write(file, code + "\n" + good);
            for (int i = 0; i < 3 && !log.text().contains("load-deadline"); i++) {
                assertThat(ask(path, "hello")).isEqualTo("hello");
                Object ignored = gateway.connect(path).within(Duration.ofSeconds(5));
                assertThat(ignored).isNull();
            }
            eventually(() -> assertThat(log.text())
                    .contains(file + ": not loaded within 8 s (scripts.load-deadline)")
                    .contains("Still serving version "));
            assertThat(log.text()).doesNotContain("is replaced");
        }
        assertThat(ask(path, "hello")).isEqualTo("hello");
        gateway.write(file, good);
    }

    private static Duration paused(String interpreter) {
        return gateway.gateway().scripts().interpreters().stream()
                .filter(status -> status.name().equals(interpreter))
                .map(InterpreterStatus::paused)
                .reduce(Duration.ZERO, Duration::plus);
    }
}
