package io.wshd.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.Needs;
import io.wshd.TestGateway;
import java.net.URI;
import org.junit.jupiter.api.Test;

@Needs({"chromium", "chromedriver"})
class CompressedMessagesTest {

    private static final String ECHO = """
            export function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) await request.stream.send(message);
            }
            """;

    @Test
    void aBrowserNegotiatesCompressionAndGetsItsMessagesBack() throws Exception {
        try (var gateway = TestGateway.with("handlers/echo_wsh.mjs", ECHO, "www/index.html", "<title>x</title>");
                var browser = Browser.start()) {
            browser.open(URI.create("http://localhost:" + gateway.port() + "/"));
            browser.run("""
                    window.lines = [];
                    const socket = new WebSocket('ws://localhost:%d/echo');
                    const messages = ['', 'short', 'text '.repeat(20000), 'äöü€'.repeat(2000)];
                    socket.onopen = () => { lines.push(socket.extensions); messages.forEach(m => socket.send(m)); };
                    socket.onmessage = event => {
                      lines.push(event.data === messages.shift());
                      if (messages.length === 0) socket.close(1000);
                    };
                    socket.onclose = event => lines.push('close ' + event.code);
                    """.formatted(gateway.port()));
            browser.awaitText(() -> (String) browser.run("return window.lines.join('\\n')"), "close");
            assertThat(((String) browser.run("return window.lines.join('\\n')")).lines())
                    .containsExactly(
                            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                            "true",
                            "true",
                            "true",
                            "true",
                            "close 1000");
        }
    }
}
