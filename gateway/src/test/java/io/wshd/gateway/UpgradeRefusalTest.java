package io.wshd.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Handshakes that a route with scripts does not accept, on the wire. */
class UpgradeRefusalTest {

    private static final String[] VALID = {
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    };

    private static final String SCRIPT = """
            export function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {}
            """;

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.with("handlers/echo_wsh.mjs", SCRIPT);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** The head of the answer to a valid handshake with one line more, or with a line in place of its like. */
    private static String shake(String path, String line) throws Exception {
        var request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        String name = line.substring(0, line.indexOf(':'));
        for (String valid : VALID) {
            request.append(valid.startsWith(name + ":") ? "" : valid + "\r\n");
        }
        try (var client = new RawHttp(gateway.port())) {
            client.send(request + line + "\r\n\r\n");
            return client.head();
        }
    }

    @Test
    void aForeignOriginIsForbidden() throws Exception {
        assertThat(shake("/echo", "Origin: https://evil.example")).startsWith("HTTP/1.1 403 ");
        assertThat(shake("/echo", "Origin: http://localhost")).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void theOriginIsComparedWithTheHostThatATrustedProxyHadAndNoOther() throws Exception {
        var forwarded =
                "Origin: https://www.example.org\r\nX-Forwarded-Host: www.example.org\r\n" + "X-Forwarded-Proto: https";
        assertThat(shake("/echo", forwarded)).startsWith("HTTP/1.1 403 ");
        var untrusting = gateway;
        try (var trusting =
                TestGateway.with(List.of("trusted-proxies=[\"127.0.0.1\"]"), "handlers/echo_wsh.mjs", SCRIPT)) {
            gateway = trusting;
            assertThat(shake("/echo", forwarded)).startsWith("HTTP/1.1 101 ");
        } finally {
            gateway = untrusting;
        }
    }

    @Test
    void aResourceThatIsNotThereIsNotFound() throws Exception {
        assertThat(shake("/nobody", "X: y")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void anotherVersionIsAnsweredWith426AndTheRightOne() throws Exception {
        assertThat(shake("/echo", "Sec-WebSocket-Version: 8"))
                .startsWith("HTTP/1.1 426 ")
                .containsIgnoringCase("Sec-WebSocket-Version: 13\r\n");
    }

    @Test
    void aMalformedHandshakeIsABadRequest() throws Exception {
        assertThat(shake("/echo", "Sec-WebSocket-Key: short")).startsWith("HTTP/1.1 400 ");
        assertThat(shake("/echo", "Sec-WebSocket-Protocol: a b")).startsWith("HTTP/1.1 400 ");
        assertThat(shake("/echo", "Sec-WebSocket-Extensions: ;")).startsWith("HTTP/1.1 400 ");
    }
}
