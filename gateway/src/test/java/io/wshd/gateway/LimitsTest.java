package io.wshd.gateway;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bounds on requests, and that they are none on WebSockets. */
@Timeout(30)
class LimitsTest {

    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(1);

    private static final List<String> SETTINGS = List.of(
            "http.header-timeout=" + HTTP_TIMEOUT.toMillis() + "ms",
            "http.idle-timeout=" + HTTP_TIMEOUT.toMillis() + "ms",
            "http.max-header=4KiB",
            "http.max-headers=20",
            "http.max-body=8KiB",
            // Pings would keep the connection busy.
            "websocket.ping-interval=0s");

    private static HttpServer application;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        application.start();
        gateway = TestGateway.with(
                SETTINGS,
                "conf/gateway.conf",
                """
                listeners { http { bind = "127.0.0.1:0" } }
                hosts {
                  "*" {
                    routes {
                      "/" { files = "www", handlers = "handlers" }
                      "/app" { proxy = "http://127.0.0.1:%d" }
                    }
                  }
                }
                """.formatted(application.getAddress().getPort()),
                "www/index.html",
                "page",
                "handlers/echo_wsh.mjs",
                """
                export async function webSocketDoExtraHandshake(request) {}
                export async function webSocketTransferData(request) {
                  for await (const message of request.stream) await request.stream.send(message);
                }
                """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        application.stop(0);
    }

    private static RawHttp.Response post(int size) throws Exception {
        try (var client = new RawHttp(gateway.port())) {
            client.send("POST /app/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + size
                    + "\r\n\r\n" + "x".repeat(size));
            return client.response();
        }
    }

    @Test
    void aHeadThatDoesNotArriveInTimeIsCutOff() throws Exception {
        try (var client = new RawHttp(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: loc");
            assertThat(client.rest()).doesNotContain("200");
        }
    }

    @Test
    void aConnectionWithoutRequestsIsClosed() throws Exception {
        try (var client = new RawHttp(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 200 ").endsWith("page");
        }
    }

    @Test
    void aSilentWebSocketOutlivesTheTimeoutsOfRequests() throws Exception {
        try (var socket = gateway.connect("/echo")) {
            assertThat(socket.ask("one")).isEqualTo("one");
            assertThat(socket.within(HTTP_TIMEOUT.multipliedBy(3))).isNull();
            assertThat(socket.ask("two")).isEqualTo("two");
        }
    }

    @Test
    void aWebSocketThatNeverSaysAnythingOutlivesThemToo() throws Exception {
        try (var socket = gateway.connect("/echo")) {
            assertThat(socket.within(HTTP_TIMEOUT.multipliedBy(3))).isNull();
            assertThat(socket.ask("one")).isEqualTo("one");
        }
    }

    @Test
    void aBodyPastTheBoundGets413AndOneWithinItPasses() throws Exception {
        assertThat(post(8 << 10).status()).isEqualTo(204);
        assertThat(post((8 << 10) + 1).status()).isEqualTo(413);
    }

    @Test
    void aHeadOfTooManyLinesIsRefusedAndOneWithinTheBoundIsServed() throws Exception {
        assertThat(RawHttp.get(gateway.port(), "/", "X: x\r\n".repeat(15) + "X: x")
                        .status())
                .isEqualTo(200);
        try (var client = new RawHttp(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n" + "X: x\r\n".repeat(20) + "\r\n");
            assertThat(client.rest()).matches("(?s)(HTTP/1.1 4(00|31) .*)?");
        }
    }

    @Test
    void aHeadPastTheBoundIsRefusedAndOneWithinItIsServed() throws Exception {
        assertThat(RawHttp.get(gateway.port(), "/", "X: " + "x".repeat(3 << 10)).status())
                .isEqualTo(200);
        try (var client = new RawHttp(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(5 << 10) + "\r\n\r\n");
            assertThat(client.rest()).matches("(?s)(HTTP/1.1 4(00|31) .*)?");
        }
        eventually(() -> assertThat(RawHttp.get(gateway.port(), "/").status()).isEqualTo(200));
    }
}
