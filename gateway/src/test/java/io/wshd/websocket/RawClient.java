package io.wshd.websocket;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A client that sends exactly the bytes it is given. */
public final class RawClient implements AutoCloseable {

    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        // An interpreter may have to start first, on a busy machine.
        socket.setSoTimeout(45_000);
    }

    /** A client whose handshake is done. */
    public static RawClient open(int port) throws IOException {
        return open(port, "/");
    }

    /** The same for a target of one's own. */
    public static RawClient open(int port, String target) throws IOException {
        var client = new RawClient(port);
        client.shakeFor(target);
        return client;
    }

    /** Sends a handshake with more header lines, and returns the head of the 101 answer. */
    String shake(String... lines) throws IOException {
        return shakeFor("/", lines);
    }

    private String shakeFor(String target, String... lines) throws IOException {
        send(requestFor(target, lines));
        String answer = readHead();
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new IOException(answer);
        }
        return answer;
    }

    public static byte[] request(String... lines) {
        return requestFor("/", lines);
    }

    public static byte[] requestFor(String target, String... lines) {
        var request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (String line : lines) {
            request.append(line).append("\r\n");
        }
        return request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    public void send(byte[]... parts) throws IOException {
        socket.getOutputStream().write(Frames.join(parts));
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    public String readHead() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** Reads until there are so many frames, and returns all so far. */
    public List<Frames.Received> frames(int count) throws IOException {
        while (frames().size() < count) {
            if (!read()) {
                throw new IOException("end of stream after " + frames());
            }
        }
        return frames();
    }

    /** Reads to the end of the stream, and returns all frames. */
    public List<Frames.Received> framesToTheEnd() throws IOException {
        while (read()) {
            // All of it.
        }
        return frames();
    }

    private List<Frames.Received> frames() {
        return Frames.parse(received.toByteArray());
    }

    private boolean read() throws IOException {
        byte[] buffer = new byte[64 * 1024];
        int count = socket.getInputStream().read(buffer);
        if (count > 0) {
            received.write(buffer, 0, count);
        }
        return count >= 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
