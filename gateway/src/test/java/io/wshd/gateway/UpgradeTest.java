package io.wshd.gateway;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of requests that ask a route with scripts for a WebSocket. */
class UpgradeTest {

    private static final String CONF = """
            listeners { http { bind = "127.0.0.1:0" } }
            hosts {
              "*" {
                routes {
                  "/" { files = "www", handlers = "handlers" }
                  "/only" { handler = "handlers/echo_wsh.mjs" }
                  "/listed" { handler = "handlers/echo_wsh.mjs", origins = ["https://example.org"] }
                }
              }
            }
            """;

    private static final String ECHO = """
            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) await request.stream.send(message);
            }
            """;

    private static final String HANGING = """
            export async function webSocketDoExtraHandshake(request) { await new Promise(() => {}); }
            export async function webSocketTransferData(request) {}
            """;

    private static final String HANGING_PYTHON = """
            import time

            def web_socket_do_extra_handshake(request):
                time.sleep(30)

            def web_socket_transfer_data(request):
                pass
            """;

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.with(
                List.of("websocket.handshake-timeout=3s"),
                "conf/gateway.conf",
                CONF,
                "handlers/echo_wsh.mjs",
                ECHO,
                "handlers/hang_wsh.mjs",
                HANGING,
                "handlers/py_hang_wsh.py",
                HANGING_PYTHON);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String upgrade(String target, String... headers) throws IOException {
        var lines = new ArrayList<>(List.of(
                "GET " + target + " HTTP/1.1",
                "Host: www.example.test:81",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        lines.addAll(List.of(headers));
        if (lines.stream().noneMatch(line -> line.startsWith("Sec-WebSocket-Version"))) {
            lines.add("Sec-WebSocket-Version: 13");
        }
        try (var client = new RawHttp(gateway.port())) {
            client.send(String.join("\r\n", lines) + "\r\n\r\n");
            return client.head();
        }
    }

    @Test
    void aPlainRequestToAWebSocketGets426() throws Exception {
        var answer = RawHttp.get(gateway.port(), "/only");
        assertThat(answer.status()).isEqualTo(426);
        assertThat(answer.header("Upgrade")).isEqualTo("websocket");
        assertThat(RawHttp.ask(gateway.port(), "POST", "/only").status()).isEqualTo(405);
    }

    @Test
    void anUpgradeIsAccepted() throws Exception {
        assertThat(upgrade("/only")).startsWith("HTTP/1.1 101 ").contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void anotherVersionGets426AndTheOneThatIsSpoken() throws Exception {
        assertThat(upgrade("/only", "Sec-WebSocket-Version: 8"))
                .startsWith("HTTP/1.1 426 ")
                .contains("\r\nSec-WebSocket-Version: 13\r\n");
    }

    @Test
    void aPathWithoutScriptGets404() throws Exception {
        assertThat(upgrade("/nothing")).startsWith("HTTP/1.1 404 ");
        assertThat(upgrade("/only/below")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void aPageOfAnotherOriginIsRefusedAndTheLogSaysWhatToChange() throws Exception {
        try (var log = new CapturedLog()) {
            assertThat(upgrade("/only", "Origin: http://evil.example")).startsWith("HTTP/1.1 403 ");
            eventually(() -> assertThat(log.text())
                    .contains("http://evil.example", "www.example.test:81", "\"origins\"", "gateway.conf:6"));
        }
    }

    @Test
    void aPageOfTheSameHostIsAccepted() throws Exception {
        assertThat(upgrade("/only", "Origin: http://www.example.test:81")).startsWith("HTTP/1.1 101 ");
        assertThat(upgrade("/only", "Origin: http://www.example.test")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void aListedOriginIsAccepted() throws Exception {
        assertThat(upgrade("/listed", "Origin: https://example.org")).startsWith("HTTP/1.1 101 ");
        assertThat(upgrade("/listed", "Origin: http://example.org")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void aHookThatHangsIsAnsweredForAfterTheTimeoutAndHoldsUpNobody() throws Exception {
        for (var path : List.of("/hang", "/py_hang")) {
            assertThat(gateway.refusal(path)).isEqualTo(503);
        }
        assertThat(upgrade("/only")).startsWith("HTTP/1.1 101 ");
    }
}
