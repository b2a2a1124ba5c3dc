package io.wshd.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An application that keeps the heads of requests as they came and answers by a script. */
final class RawUpstream implements AutoCloseable {

    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** Thrown by a script to end the connection with a reset. */
    static final class Reset extends Exception {}

    /** What goes on after a half-close. */
    interface Rest {
        void run() throws Exception;
    }

    /** Thrown by a script to say that it has sent its last, and to go on reading. */
    static final class HalfClose extends Exception {

        private final transient Rest rest;

        HalfClose(Rest rest) {
            this.rest = rest;
        }
    }

    /** Answers one request. */
    interface Script {
        /** @return whether the connection stays for the next request */
        boolean answer(String head, InputStream in, OutputStream out) throws Exception;
    }

    final List<String> heads = new CopyOnWriteArrayList<>();
    final List<Socket> connections = new CopyOnWriteArrayList<>();
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger mostOpen = new AtomicInteger();

    private final ServerSocket listener = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    private final Script script;
    private volatile boolean closed;

    RawUpstream(Script script) throws IOException {
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    static RawUpstream answering(String response) throws IOException {
        return new RawUpstream((head, in, out) -> {
            write(out, response);
            return true;
        });
    }

    static void write(OutputStream out, String bytes) throws IOException {
        out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + path);
    }

    private void accept() {
        try {
            while (true) {
                var socket = listener.accept();
                connections.add(socket);
                if (closed) {
                    // It came in the very moment.
                    socket.close();
                }
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed by the test.
        }
    }

    private void serve(Socket socket) {
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            var next = true;
            while (next) {
                var head = head(in);
                heads.add(head);
                next = answer(socket, head, in);
            }
        } catch (Exception e) {
            // The gateway closed the connection.
        } finally {
            open.decrementAndGet();
        }
    }

    private boolean answer(Socket socket, String head, InputStream in) throws Exception {
        try {
            return script.answer(head, in, socket.getOutputStream());
        } catch (Reset e) {
            socket.setSoLinger(true, 0);
            throw e;
        } catch (HalfClose e) {
            socket.shutdownOutput();
            e.rest.run();
            return false;
        }
    }

    /** Reads a body of the length that the head announces. */
    static String body(String head, InputStream in) throws IOException {
        var length = head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    private static String head(InputStream in) throws IOException {
        var read = new ByteArrayOutputStream();
        while (!read.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            var next = in.read();
            if (next < 0) {
                throw new IOException("closed");
            }
            read.write(next);
        }
        return read.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        for (var socket : connections) {
            socket.close();
        }
    }
}
