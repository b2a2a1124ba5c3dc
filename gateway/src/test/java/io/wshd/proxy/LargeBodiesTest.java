package io.wshd.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.cli.WshdProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bodies of a size that a gateway of little memory can only pass on and not keep. {@code bench/large} does it with ten
 * gigabytes, and looks at the memory.
 */
@Timeout(180)
class LargeBodiesTest {

    private static final long SIZE = 300 << 20;
    private static final byte[] PIECE = new byte[1 << 20];

    /** On the heap and beside it. */
    private static final List<String> LITTLE_MEMORY = List.of("-Xmx48m", "-XX:MaxDirectMemorySize=32m");

    private static final Pattern PORT = Pattern.compile("listening on http://.*:(\\d+)/");

    @TempDir
    private Path site;

    @Test
    void aGatewayOfLittleMemoryPassesLargeBodiesOnInBothDirections() throws Exception {
        try (var upstream = new RawUpstream(LargeBodiesTest::answer)) {
            Files.createDirectory(site.resolve("conf"));
            Files.writeString(site.resolve("conf/gateway.conf"), Proxied.listening("""
                    http { max-body = 1GiB }
                    hosts { "*" { routes { "/app" { proxy = "%s" } } } }
                    """.formatted(upstream.uri(""))));
            try (var gateway = WshdProcess.start(site, LITTLE_MEMORY, "--conf", "conf/gateway.conf")) {
                var line = gateway.line();
                var port = PORT.matcher(line == null ? "" : line);
                assertThat(port.matches()).as("%s%n%s", line, gateway.err()).isTrue();
                int number = Integer.parseInt(port.group(1));
                assertThat(download(number)).isEqualTo(SIZE);
                assertThat(upload(number)).isEqualTo("%d bytes".formatted(SIZE));
                // Of a client that reads slowly, the rest waits at the server.
                try (var slow = connection(number)) {
                    write(slow.getOutputStream(), "GET /app/large HTTP/1.1\r\nHost: a\r\n\r\n");
                    assertThat(slow.getInputStream().readNBytes(1000)).hasSize(1000);
                    assertThat(download(number)).isEqualTo(SIZE);
                }
                assertThat(gateway.err()).doesNotContain("OutOfMemory");
            }
        }
    }

    private static boolean answer(String head, InputStream in, OutputStream out) throws IOException {
        if (head.startsWith("POST")) {
            long read = 0;
            var buffer = new byte[PIECE.length];
            while (read < SIZE) {
                int count = in.read(buffer);
                if (count < 0) {
                    return false;
                }
                read += count;
            }
            var text = read + " bytes";
            write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
        } else {
            write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n");
            for (long sent = 0; sent < SIZE; sent += PIECE.length) {
                out.write(PIECE);
            }
        }
        return true;
    }

    private static long download(int port) throws IOException {
        try (var socket = connection(port)) {
            write(socket.getOutputStream(), "GET /app/large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            var in = socket.getInputStream();
            skipHead(in);
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static String upload(int port) throws IOException {
        try (var socket = connection(port)) {
            var out = socket.getOutputStream();
            write(
                    out,
                    "POST /app/large HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " + SIZE + "\r\n\r\n");
            for (long sent = 0; sent < SIZE; sent += PIECE.length) {
                out.write(PIECE);
            }
            var in = socket.getInputStream();
            skipHead(in);
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static Socket connection(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void skipHead(InputStream in) throws IOException {
        for (int ends = 0; ends < 4; ) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no head");
            }
            ends = next == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : 0;
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        RawUpstream.write(out, text);
    }
}
