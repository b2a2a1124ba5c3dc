package io.wshd.cli;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.TestSocket;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway with little memory, and scripts that want all of it. */
@Timeout(600)
class MemoryGuardTest {

    /** A JVM without memory is slow, and so is the start of an interpreter. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path site;

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+ExplicitGCInvokesConcurrent", "-XX:-ExplicitGCInvokesConcurrent"})
    void scriptsThatHoardMemoryLoseTheirInterpreterAndNothingElseDoes(String collection) throws Exception {
        write("www/index.html", "a page");
        write("conf/gateway.conf", """
                listeners { http { bind = "127.0.0.1:0" } }
                hosts {
                  "*" {
                    routes {
                      "/" { files = "www", handlers = "handlers" }
                      "/hoard" { handlers = "hoards", interpreter = hoards }
                    }
                  }
                }
                interpreters { hoards { call-deadline = 0s } }
                scripts { ready-timeout = 60s }
                """);
        write("handlers/echo_wsh.py", """
                def web_socket_do_extra_handshake(request):
                    pass

                def web_socket_transfer_data(request):
                    for message in iter(request.ws_stream.receive_message, None):
                        request.ws_stream.send_message(message)
                """);
        String python = """
                import threading

                kept = []

                def web_socket_do_extra_handshake(request):
                    pass

                def web_socket_transfer_data(request):
                    for message in iter(request.ws_stream.receive_message, None):
                        if message == 'hoard':
                            hoard()
                        request.ws_stream.send_message(str(len(kept)))

                def hoard():
                    while True:
                        kept.append(bytearray(1 << 13))
                """;
        write("hoards/py_wsh.py", python);
        write(
                "hoards/thread_wsh.py",
                python.replace(" hoard()\n", " threading.Thread(target=hoard, daemon=True).start()\n"));
        write("hoards/js_wsh.mjs", """
                const kept = [];
                export async function webSocketDoExtraHandshake(request) {}
                export async function webSocketTransferData(request) {
                  for await (const message of request.stream) {
                    while (message === "hoard") kept.push(new Uint8Array(1 << 13).fill(1));
                    await request.stream.send(String(kept.length));
                  }
                }
                """);
        try (var gateway = WshdProcess.start(site, flags(collection), "run")) {
            int port = gateway.port();
            try (var echo = TestSocket.connect(port, "/echo")) {
                assertThat(echo.ask("before")).isEqualTo("before");
                for (String hoard : List.of("/hoard/py", "/hoard/thread", "/hoard/js")) {
                    long before = replaced(gateway, hoard);
                    try (var socket = TestSocket.connect(port, hoard)) {
                        assertThat(socket.ask("hello")).isEqualTo("0");
                        socket.send("hoard");
                        eventually(
                                PATIENCE,
                                () -> assertThat(replaced(gateway, hoard)).isGreaterThan(before));
                    }
                    eventually(PATIENCE, () -> {
                        try (var fresh = TestSocket.connect(port, hoard)) {
                            assertThat(fresh.ask("hello")).isEqualTo("0");
                        }
                    });
                    assertThat(echo.ask("after " + hoard)).isEqualTo("after " + hoard);
                    assertThat(page(port)).isEqualTo("a page");
                }
            }
            assertThat(gateway.err())
                    .doesNotContain("\"main\" is replaced")
                    // That would be the end of a thread which serves clients.
                    .doesNotContain("UncaughtExceptionHandler")
                    .doesNotContain("Exception in thread \"wshd");
            assertThat(gateway.err().contains("search")).isEqualTo(collection.startsWith("-XX:+"));
        }
    }

    private static long replaced(WshdProcess gateway, String path) {
        String name = path.endsWith("js") ? "JavaScript \"hoards\"" : "Python \"hoards\"";
        return gateway.err()
                .lines()
                .filter(line -> line.contains(name + " is replaced"))
                .count();
    }

    private static List<String> flags(String collection) {
        var flags = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .toList());
        flags.add("-Xmx400m");
        flags.add(collection);
        return flags;
    }

    private static String page(int port) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private void write(String path, String text) throws Exception {
        Path file = site.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
