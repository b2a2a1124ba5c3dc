package io.wshd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * An HTTP/1.1 client that sends what it is told, byte for byte: polite clients normalise paths and refuse headers. One
 * connection; every read ends within ten seconds.
 */
public final class RawHttp implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;

    public RawHttp(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
    }

    /** One request on a connection of its own. */
    public static Response get(int port, String target, String... headers) throws IOException {
        return ask(port, "GET", target, headers);
    }

    /** One request on a connection of its own. */
    public static Response ask(int port, String method, String target, String... headers) throws IOException {
        try (var client = new RawHttp(port)) {
            client.send(method + " " + target + " HTTP/1.1\r\nHost: example.test:81\r\nConnection: close\r\n"
                    + String.join(
                            "", List.of(headers).stream().map(h -> h + "\r\n").toList()) + "\r\n");
            return client.response();
        }
    }

    /** One ISO 8859-1 character a byte. */
    public void send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** Head and, to the end of the connection, body as it is on the wire. */
    public Response response() throws IOException {
        var head = head();
        return new Response(head, new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    /** All that comes until the connection ends. */
    public String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** The next head, with the empty line. */
    public String head() throws IOException {
        return until("\r\n\r\n");
    }

    /** Reads up to and with {@code end}. */
    public String until(String end) throws IOException {
        var read = new ByteArrayOutputStream();
        while (!read.toString(StandardCharsets.ISO_8859_1).endsWith(end)) {
            var next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("the connection ended after: " + read.toString(StandardCharsets.ISO_8859_1));
            }
            read.write(next);
        }
        return read.toString(StandardCharsets.ISO_8859_1);
    }

    /** So many bytes. */
    public String next(int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    /** Says that there is no more to come. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Reads until the connection ends, by whatever. */
    public void untilEnd() {
        try {
            rest();
        } catch (IOException e) {
            // Ended as well.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** A response as it was on the wire. */
    public record Response(String head, String body) {

        public int status() {
            return Integer.parseInt(head.split(" ")[1]);
        }

        /** The first value, or null. */
        public String header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .findFirst()
                    .orElse(null);
        }
    }
}
