package io.wshd;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket of the JDK's client, with the answers to wait for. Every wait ends after half a minute. */
public final class TestSocket implements WebSocket.Listener, AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final long SECONDS = 30;

    /** How a connection ended. */
    public record Closed(int code, String reason) {}

    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Closed> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private WebSocket socket;

    /** Waits for the handshake; a refused one throws a WebSocketHandshakeException. */
    public static TestSocket connect(int port, String path, String... subprotocols) throws Exception {
        TestSocket test = new TestSocket();
        WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
        if (subprotocols.length > 0) {
            String[] rest = java.util.Arrays.copyOfRange(subprotocols, 1, subprotocols.length);
            builder.subprotocols(subprotocols[0], rest);
        }
        try {
            test.socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + port + path), test)
                    .get(60, TimeUnit.SECONDS);
            return test;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    public String subprotocol() {
        return socket.getSubprotocol();
    }

    public void send(String message) throws Exception {
        socket.sendText(message, true).get(SECONDS, TimeUnit.SECONDS);
    }

    public void send(byte[] message) throws Exception {
        socket.sendBinary(ByteBuffer.wrap(message), true).get(SECONDS, TimeUnit.SECONDS);
    }

    /** The next message, a String or a byte[]. */
    public Object receive() throws Exception {
        Object message = received.poll(SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError(
                    "no message within " + SECONDS + " s" + (closed.isDone() ? "; " + closed.get() : ""));
        }
        return message;
    }

    /** The next message if there is one within so much time, or null. */
    public Object within(Duration time) throws InterruptedException {
        return received.poll(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Sends, and returns the next message. */
    public Object ask(String message) throws Exception {
        send(message);
        return receive();
    }

    /** Closes with 1000, and returns how the server answered. */
    public Closed finish() throws Exception {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(SECONDS, TimeUnit.SECONDS);
        return closed();
    }

    /** Waits for the connection's end. */
    public Closed closed() throws Exception {
        return closed(Duration.ofSeconds(SECONDS));
    }

    /** Waits for the connection's end, at most so long. */
    public Closed closed(Duration atMost) throws Exception {
        return closed.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
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
        byte[] part = new byte[data.remaining()];
        data.get(part);
        bytes.writeBytes(part);
        if (last) {
            received.add(bytes.toByteArray());
            bytes.reset();
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        closed.complete(new Closed(code, reason));
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        closed.complete(new Closed(1006, String.valueOf(error.getMessage())));
    }

    @Override
    public void close() {
        socket.abort();
    }
}
