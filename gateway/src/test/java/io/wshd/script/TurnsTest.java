package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers of one interpreter that compute, are blocked, or never run out of messages: the others get their turn. */
@Timeout(180)
class TurnsTest {

    private static final List<String> SETTINGS = List.of(
            "interpreters.strict.slow-warning=300ms",
            "interpreters.strict.call-deadline=3s",
            "interpreters.strict.spare-carriers=1",
            // Full machines make the collector's stops long as well; what comes of these is another test's.
            "scripts.collector-share=100",
            // So that nothing but a full machine slows what starts threads.
            "scripts.thread-share=100");

    private static final String CONF = """
            listeners { http { bind = "127.0.0.1:0" } }
            hosts {
              "*" {
                routes {
                  "/" { handlers = "handlers" }
                  "/strict" { handlers = "handlers", interpreter = strict }
                }
              }
            }
            """;

    private static final String PYTHON = """
            import os, threading, time

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                for message in iter(request.ws_stream.receive_message, None):
                    request.ws_stream.send_message(str(globals()[message]()))

            def hello():
                return 'hello'

            def work():
                n = 0
                while n < 10000:
                    n += 1
                return 'worked'

            def pipe():
                with open(os.path.join(os.path.dirname(__file__), 'pipe'), 'rb', buffering=0) as file:
                    return file.read(4).decode()

            def fail():
                raise ValueError('of a handler')

            def start_thread(seconds=12):
                global thread
                thread = threading.Thread(target=compute_beside, args=(seconds,), daemon=True)
                thread.start()

            def start_short_thread():
                start_thread(5)

            def start_ten_threads():
                for _ in range(10):
                    each = threading.Thread(target=hello)
                    each.start()
                    each.join()
                return 'ended'

            def compute_beside(seconds):
                global outcome
                outcome = compute(seconds)

            def join_thread():
                thread.join()
                return outcome

            class Count:
                pass

            def compute(seconds=3):
                n = 0
                count = Count()
                end = time.monotonic() + seconds
                while time.monotonic() < end:
                    count.n = n
                    n += 1
                return 'computed'
            """;

    private static final String JAVASCRIPT = """
            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) await request.stream.send(functions[message]());
            }
            const functions = {
              hello: () => 'hello',
              fail() { throw new Error('of a handler'); },
              work() { let n = 0; while (n < 100000) n++; return 'worked'; },
              compute() { const end = Date.now() + 3000; let n = 0; while (Date.now() < end) n++; return 'computed'; },
            };
            """;

    /** For code that runs for the first time. */
    private static final Duration COLD = Duration.ofSeconds(60);

    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.with(
                SETTINGS, "conf/gateway.conf", CONF, "handlers/do_wsh.py", PYTHON, "handlers/js_wsh.mjs", JAVASCRIPT);
        for (String path : new String[] {"/do", "/js", "/strict/do", "/strict/js"}) {
            try (var socket = gateway.connect(path)) {
                assertThat(socket.ask("hello")).isEqualTo("hello");
            }
        }
        // Behind what the interpreters do for first connections, which takes its turns as well. One of each knows the
        // script.
        try (var log = new CapturedLog()) {
            gateway.write("handlers/last_wsh.py", PYTHON);
            eventually(
                    COLD,
                    () -> assertThat(log.lines())
                            .filteredOn(line -> line.contains("last_wsh.py: serving"))
                            .hasSize(2));
        }
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/strict/do", "/strict/js"})
    void aHandlerThatAlwaysFindsAMessageIsNoEndlessLoop(String path) throws Exception {
        try (var log = new CapturedLog();
                var neighbour = gateway.connect(path);
                var socket = gateway.connect(path)) {
            assertThat(neighbour.ask("hello")).isEqualTo("hello");
            var flood = CompletableFuture.runAsync(() -> flood(socket));
            while (!flood.isDone()) {
                assertThat(neighbour.ask("hello")).isEqualTo("hello");
            }
            assertThat(flood).isCompleted();
            assertThat(log.text()).doesNotContain("\"strict\" wait for their turn");
        }
    }

    /** Longer than its call-deadline, a few messages ahead of it all the time. */
    private static void flood(TestSocket socket) {
        try {
            long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            int ahead = 0;
            while (ahead > 0 || System.nanoTime() - end < 0) {
                if (ahead == 50 || System.nanoTime() - end >= 0) {
                    assertThat(socket.receive()).isEqualTo("worked");
                    ahead--;
                } else {
                    socket.send("work");
                    ahead++;
                }
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void handlersThatAreBlockedBySlowFilesHoldUpNoOther() throws Exception {
        try (var pipe = pipe();
                var neighbour = gateway.connect("/do");
                var first = gateway.connect("/do");
                var second = gateway.connect("/do")) {
            first.send("pipe");
            second.send("pipe");
            eventually(() -> assertThat(blocked("main")).isEqualTo(2));
            assertThat(neighbour.ask("hello")).isEqualTo("hello");
            pipe.write("onceonce".getBytes(StandardCharsets.US_ASCII));
            assertThat(first.receive()).isEqualTo("once");
            assertThat(second.receive()).isEqualTo("once");
            assertThat(neighbour.ask("hello")).isEqualTo("hello");
            eventually(() -> assertThat(blocked("main")).isZero());
            // What stood in for them has ended.
            eventually(() -> assertThat(carriers("main")).isEqualTo(1));
        }
    }

    @Test
    void moreBlockedHandlersThanThereIsASpareForAreToldAndHoldUpTheOthers() throws Exception {
        try (var log = new CapturedLog();
                var pipe = pipe();
                var neighbour = gateway.connect("/strict/do");
                var first = gateway.connect("/strict/do");
                var second = gateway.connect("/strict/do")) {
            first.send("pipe");
            second.send("pipe");
            eventually(() -> assertThat(blocked("strict")).isEqualTo(2));
            neighbour.send("hello");
            eventually(() -> assertThat(log.text())
                    .containsOnlyOnce("python-strict: 2 handlers keep their threads")
                    .contains("scripts.spare-carriers = 1 makes up for"));
            assertThat(neighbour.within(Duration.ofMillis(200))).isNull();
            pipe.write("onceonce".getBytes(StandardCharsets.US_ASCII));
            assertThat(first.receive()).isEqualTo("once");
            assertThat(second.receive()).isEqualTo("once");
            assertThat(neighbour.receive()).isEqualTo("hello");
        }
    }

    /** A named pipe that the handlers read. */
    private static RandomAccessFile pipe() throws Exception {
        Path pipe = gateway.root().resolve("handlers/pipe");
        if (!Files.exists(pipe)) {
            assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                    .isZero();
        }
        return new RandomAccessFile(pipe.toFile(), "rw");
    }

    private static int blocked(String interpreter) {
        return gateway.gateway().scripts().interpreters().stream()
                .filter(status -> status.name().equals(interpreter) && status.language() == Language.PYTHON)
                .mapToInt(InterpreterStatus::blocked)
                .sum();
    }

    private static long carriers(String interpreter) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("carrier-python-" + interpreter))
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/do", "/js"})
    void aHandlerThatComputesLeavesAFullMachineToThoseWhoAreServed(String path) throws Exception {
        try (var socket = gateway.connect(path);
                var clients = new Hungry(gateway.port())) {
            clients.start();
            Duration before = paused();
            long start = System.nanoTime();
            assertThat(socket.ask("compute")).isEqualTo("computed");
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(paused().minus(before)).isBetween(Duration.ofMillis(700), took);
        }
    }

    @Test
    void aHandlerThatStartsThreadsAgainAndAgainLeavesAFullMachineToThoseWhoAreServed() throws Exception {
        try (var socket = gateway.connect("/do");
                var clients = new Hungry(gateway.port())) {
            Duration before = paused();
            startThreads(socket);
            assertThat(paused()).as("while nobody is served").isEqualTo(before);
            clients.start();
            eventually(COLD, () -> {
                startThreads(socket);
                assertThat(paused().minus(before)).isGreaterThan(Duration.ofMillis(100));
            });
        }
    }

    /** Never for long at a time, so that the handler does not compute for long. */
    private static void startThreads(TestSocket socket) throws Exception {
        for (int i = 0; i < 40; i++) {
            socket.send("start_ten_threads");
            assertThat(socket.within(COLD)).isEqualTo("ended");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/do", "/js"})
    void handlersThatFailAgainAndAgainLeaveAFullMachineToThoseWhoAreServed(String path) throws Exception {
        try (var clients = new Hungry(gateway.port())) {
            clients.start();
            eventually(COLD, () -> {
                Duration before = paused();
                for (int i = 0; i < 20; i++) {
                    try (var socket = gateway.connect(path)) {
                        socket.send("fail");
                        assertThat(socket.closed(COLD).code()).isIn(1006, 1011);
                    }
                }
                assertThat(paused().minus(before)).isGreaterThan(Duration.ofMillis(700));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/do", "/js"})
    void aHandlerThatComputesHasItsShareOfAFullMachineWhileNobodyIsServed(String path) throws Exception {
        var over = new AtomicBoolean();
        try (var socket = gateway.connect(path)) {
            // As the JVM's compilers do while handlers run for the first time.
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                Thread.ofPlatform().daemon().start(() -> {
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                });
            }
            // The first one may still have what the clients of another test have left it.
            assertThat(socket.ask("compute")).isEqualTo("computed");
            Duration before = paused();
            assertThat(socket.ask("compute")).isEqualTo("computed");
            assertThat(paused()).isEqualTo(before);
        } finally {
            over.set(true);
        }
    }

    /** Two clients that send requests as fast as they are answered. */
    private static final class Hungry implements AutoCloseable {

        private final List<Socket> sockets;

        Hungry(int port) throws IOException {
            sockets = List.of(
                    new Socket(InetAddress.getLoopbackAddress(), port),
                    new Socket(InetAddress.getLoopbackAddress(), port));
        }

        void start() {
            sockets.forEach(Hungry::start);
        }

        private static void start(Socket socket) {
            byte[] requests =
                    "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20).getBytes(StandardCharsets.US_ASCII);
            Thread.ofPlatform()
                    .daemon()
                    .start(() ->
                            untilClosed(socket, () -> socket.getOutputStream().write(requests)));
            byte[] answers = new byte[65536];
            Thread.ofPlatform()
                    .daemon()
                    .start(() ->
                            untilClosed(socket, () -> socket.getInputStream().read(answers)));
        }

        private interface Step {
            void take() throws IOException;
        }

        private static void untilClosed(Socket socket, Step step) {
            try {
                while (!socket.isClosed()) {
                    step.take();
                }
            } catch (IOException e) {
                // Closed meanwhile.
            }
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static Duration paused() {
        return gateway.gateway().scripts().interpreters().stream()
                .map(InterpreterStatus::paused)
                .reduce(Duration.ZERO, Duration::plus);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/do", "/late/do"})
    void aThreadAndHandlersThatComputeTakeTurnsWithTheOthers(String path) throws Exception {
        if (path.startsWith("/late")) {
            // An interpreter that starts when others have many threads.
            gateway.reload(CONF.replace("routes {", "routes { \"/late\" { handlers = handlers, interpreter = late }")
                    + "interpreters { late {} }");
        }
        try (var neighbour = gateway.connect(path);
                var first = gateway.connect(path);
                var second = gateway.connect(path)) {
            assertThat(neighbour.ask("start_thread")).isEqualTo("None");
            // More than once: what stands still does so in compiled code.
            for (int i = 0; i < 3; i++) {
                first.send("compute");
                second.send("compute");
                assertThat(neighbour.ask("hello")).isEqualTo("hello");
                assertThat(neighbour.ask("hello")).isEqualTo("hello");
                assertThat(first.within(COLD)).isEqualTo("computed");
                assertThat(second.within(COLD)).isEqualTo("computed");
            }
            neighbour.send("join_thread");
            assertThat(neighbour.within(COLD)).isEqualTo("computed");
        }
    }

    @Test
    void aThreadThatComputesForLongerThanACallMayIsNamedAndNotEnded() throws Exception {
        try (var log = new CapturedLog();
                var socket = gateway.connect("/strict/do")) {
            assertThat(socket.ask("start_short_thread")).isEqualTo("None");
            eventually(() -> assertThat(log.text())
                    .containsPattern("a thread of Python \"strict\" \\(Polyglot-python-.*\\) has computed for")
                    .containsPattern("do_wsh.py\", line \\d+, in compute"));
            socket.send("join_thread");
            assertThat(socket.within(COLD)).isEqualTo("computed");
            assertThat(log.text()).doesNotContain("its call is ended");
        }
    }

    @Test
    void aThreadThatComputesLeavesAFullMachineToThoseWhoAreServed() throws Exception {
        try (var socket = gateway.connect("/do");
                var clients = new Hungry(gateway.port())) {
            clients.start();
            // A machine that others use, too, may not be full of these for as long as that.
            eventually(COLD, () -> {
                Duration before = paused();
                long start = System.nanoTime();
                assertThat(socket.ask("start_short_thread")).isEqualTo("None");
                socket.send("join_thread");
                assertThat(socket.within(COLD)).isEqualTo("computed");
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                assertThat(paused().minus(before)).isBetween(Duration.ofSeconds(2), took);
            });
        }
    }
}
