package io.wshd.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the gateway and its scripts make of a client's offer to compress. */
class CompressionOfferTest {

    private static final String PYTHON = """
            def web_socket_do_extra_handshake(request):
                if request.unparsed_uri.endswith('plain'):
                    request.ws_extension_processors = []

            def web_socket_transfer_data(request):
                request.ws_stream.send_message(request.ws_stream.receive_message())
            """;

    private static final String JAVASCRIPT = """
            export function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) await request.stream.send(message);
            }
            """;

    private static String shake(TestGateway gateway, String path) throws Exception {
        try (var client = new RawHttp(gateway.port())) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n");
            return client.head();
        }
    }

    @Test
    void anOfferIsAcceptedUnlessTheScriptRemovesTheExtension() throws Exception {
        try (var gateway = TestGateway.with("handlers/echo_wsh.py", PYTHON, "handlers/js_wsh.mjs", JAVASCRIPT)) {
            // Waits for the interpreter to start, which may take longer than a raw read does.
            gateway.connect("/echo").close();
            assertThat(shake(gateway, "/echo"))
                    .contains("101", "permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n");
            assertThat(shake(gateway, "/echo?plain")).contains("101").doesNotContain("permessage-deflate");
            assertThat(shake(gateway, "/js")).contains("101", "permessage-deflate;");
        }
    }

    @Test
    void theConfigurationSwitchesItOffOrToTakeover() throws Exception {
        try (var gateway = TestGateway.with(List.of("websocket.compression=off"), "handlers/js_wsh.mjs", JAVASCRIPT)) {
            assertThat(shake(gateway, "/js")).contains("101").doesNotContain("permessage-deflate");
        }
        try (var gateway =
                TestGateway.with(List.of("websocket.compression-takeover=on"), "handlers/js_wsh.mjs", JAVASCRIPT)) {
            assertThat(shake(gateway, "/js")).contains("101", "Extensions: permessage-deflate\r\n");
        }
    }
}
