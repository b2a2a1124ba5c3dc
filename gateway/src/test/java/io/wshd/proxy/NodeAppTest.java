package io.wshd.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.Needs;
import io.wshd.TestGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real application with npm's {@code ws} behind the proxy. */
@Needs({"node", "npm:ws"})
class NodeAppTest {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);

    private Process node;
    private BufferedReader output;
    private TestGateway server;
    private HttpClient client;

    @BeforeEach
    void start() throws IOException {
        node = new ProcessBuilder("node", Needs.NODE.resolve("app.mjs").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        output = node.inputReader();
        var upstream = URI.create("http://127.0.0.1:" + output.readLine().substring("port ".length()));
        server = Proxied.at(
                "/app",
                upstream,
                "proxy.connections=4",
                "proxy.first-byte-timeout=1s",
                "proxy.idle-timeout=1s",
                "proxy.total-timeout=1s");
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
        node.destroy();
    }

    private WebSocket connect(Messages messages) {
        var uri = URI.create(server.uri("/app/socket?a=%2F").toString().replaceFirst("http", "ws"));
        return client.newWebSocketBuilder()
                .subprotocols("chat")
                .buildAsync(uri, messages)
                .join();
    }

    @Test
    void aPageIsServed() throws Exception {
        var request = HttpRequest.newBuilder(server.uri("/app/page?a=%2F")).build();
        var response = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.body()).contains("\"url\":\"/page?a=%2F\"", "\"x-forwarded-prefix\":\"/app\"");
    }

    @Test
    void aWebSocketIsTunnelledWithItsFirstMessageItsSubprotocolAndItsCloseCode() throws Exception {
        var messages = new Messages();
        var socket = connect(messages);
        assertThat(messages.next()).contains("\"url\":\"/socket?a=%2F\"", "\"x-forwarded-for\":\"127.0.0.1\"");
        assertThat(socket.getSubprotocol()).isEqualTo("chat");
        socket.sendText("hello", true).join();
        assertThat(messages.next()).isEqualTo("hello");
        socket.sendBinary(ByteBuffer.allocate(100_000), true).join();
        assertThat(messages.next()).isEqualTo("100000 bytes");
        socket.sendText("Goodbye", true).join();
        assertThat(messages.next()).isEqualTo("close 4000 bye");
    }

    @Test
    void aWebSocketOutlivesTheTimeoutOfRequests() throws Exception {
        var messages = new Messages();
        var socket = connect(messages);
        messages.next();
        assertThat(messages.within(REQUEST_TIMEOUT.multipliedBy(2))).isNull();
        socket.sendText("still there", true).join();
        assertThat(messages.next()).isEqualTo("still there");
    }

    @Test
    void aClientThatVanishesLeavesNoConnectionToTheApplication() throws Exception {
        var messages = new Messages();
        var socket = connect(messages);
        messages.next();
        socket.abort();
        assertThat(output.readLine()).isEqualTo("closed 1006");
    }

    @Test
    void moreWebSocketsThanPooledConnectionsAreOpenAtOnce() throws Exception {
        for (var i = 0; i < 20; i++) {
            var messages = new Messages();
            connect(messages);
            assertThat(messages.next()).contains("/socket");
        }
    }

    /** Whole messages in order, as text. */
    private static final class Messages implements WebSocket.Listener {

        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private int bytes;

        String next() throws InterruptedException {
            return within(Duration.ofSeconds(10));
        }

        String within(Duration time) throws InterruptedException {
            return received.poll(time.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                received.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            bytes += data.remaining();
            if (last) {
                received.add(bytes + " bytes");
                bytes = 0;
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            received.add("close " + code + " " + reason);
            return null;
        }
    }
}
