package io.wshd.proxy;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.RawHttp;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that last: events, uploads, downloads; and what comes before and behind a body. */
class StreamingTest {

    private static final int PIECE = 1 << 16;

    @Test
    void aStreamOfEventsOutlivesTheTimeoutsOfAnswers() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(
                            out,
                            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
                    for (int i = 0; i < 12; i++) {
                        TimeUnit.MILLISECONDS.sleep(100);
                        RawUpstream.write(out, "9\r\ndata: " + (char) ('a' + i) + "\n\n\r\n");
                    }
                    RawUpstream.write(out, "0\r\n\r\n");
                    return true;
                });
                var gateway = Proxied.at(
                        "/app",
                        upstream.uri(""),
                        "proxy.connect-timeout=300ms",
                        "proxy.first-byte-timeout=300ms",
                        "proxy.idle-timeout=800ms");
                var client = new RawHttp(gateway.port())) {
            client.send("GET /app/events HTTP/1.1\r\nHost: a\r\n\r\n");
            // The head comes before there is any event.
            assertThat(client.head()).contains("text/event-stream");
            assertThat(client.until("0\r\n\r\n")).contains("data: a", "data: l");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100000000", "Transfer-Encoding: chunked"})
    void aLargeDownloadTakesNoMemory(String framing) throws Exception {
        long size = 100_000_000;
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(out, "HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n");
                    pieces(out, size, framing.contains("chunked"));
                    return true;
                });
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            client.getOutputStream()
                    .write("GET /app/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.ISO_8859_1));
            var before = direct();
            long read = 0;
            long most = 0;
            var bytes = new byte[PIECE];
            for (int n = client.getInputStream().read(bytes);
                    n >= 0;
                    n = client.getInputStream().read(bytes)) {
                read += n;
                most = Math.max(most, direct());
            }
            assertThat(read).isGreaterThan(size);
            assertThat(most - before).isLessThan(4 << 20);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100000000", "Transfer-Encoding: chunked"})
    void aLargeUploadTakesNoMemoryAndWaitsForASlowServer(String framing) throws Exception {
        long size = 100_000_000;
        var sent = new AtomicLong();
        var goOn = new CountDownLatch(1);
        try (var upstream = new RawUpstream((head, in, out) -> {
                    goOn.await(30, TimeUnit.SECONDS);
                    long received = drain(in, head);
                    RawUpstream.write(
                            out, "HTTP/1.1 200 OK\r\nX-Received: " + received + "\r\nContent-Length: 0\r\n\r\n");
                    return true;
                });
                var gateway = Proxied.at("/app", upstream.uri(""), "http.max-body=1GiB");
                var client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            var before = direct();
            var sending = Thread.ofVirtual().start(() -> {
                try {
                    var out = client.getOutputStream();
                    out.write(("POST /app/x HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
                    for (long left = size; left > 0; left -= PIECE) {
                        pieces(out, Math.min(left, PIECE), framing.contains("chunked") ? left <= PIECE : null);
                        sent.addAndGet(PIECE);
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            // Nothing is read yet: the sender fills the buffers of four sockets and stops.
            long[] last = {-1};
            eventually(() -> {
                long now = sent.get();
                boolean still = now == last[0];
                last[0] = now;
                TimeUnit.MILLISECONDS.sleep(200);
                assertThat(still && now > 0).isTrue();
            });
            assertThat(sent.get()).isLessThan(size / 2);
            assertThat(direct() - before).isLessThan(4 << 20);
            goOn.countDown();
            sending.join();
            var head = new String(client.getInputStream().readNBytes(100), StandardCharsets.ISO_8859_1);
            assertThat(head).contains("X-Received: " + size);
            assertThat(direct() - before).isLessThan(4 << 20);
        }
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static void pieces(OutputStream out, long size, Boolean lastChunk) throws Exception {
        var piece = new byte[PIECE];
        boolean chunked = lastChunk != null;
        for (long left = size; left > 0; left -= PIECE) {
            int now = (int) Math.min(left, PIECE);
            if (chunked) {
                RawUpstream.write(out, Integer.toHexString(now) + "\r\n");
            }
            out.write(piece, 0, now);
            if (chunked) {
                RawUpstream.write(out, "\r\n");
            }
        }
        if (chunked && lastChunk) {
            RawUpstream.write(out, "0\r\n\r\n");
        }
    }

    private static void pieces(OutputStream out, long size, boolean chunked) throws Exception {
        pieces(out, size, chunked ? Boolean.TRUE : null);
    }

    /** The size of a body, read to its end. */
    private static long drain(InputStream in, String head) throws Exception {
        if (!head.contains("chunked")) {
            long left = 100_000_000;
            var bytes = new byte[PIECE];
            while (left > 0) {
                left -= in.read(bytes, 0, (int) Math.min(left, PIECE));
            }
            return 100_000_000;
        }
        long total = 0;
        while (true) {
            var line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                line.append((char) c);
            }
            int size = Integer.parseInt(line.toString().strip(), 16);
            in.readNBytes(size + 2);
            total += size;
            if (size == 0) {
                return total;
            }
        }
    }

    // ---- before and behind a body

    @Test
    void trailersPassInBothDirectionsWithoutThoseThatWouldForgeTheMessage() throws Exception {
        var got = new StringBuilder();
        try (var upstream = new RawUpstream((head, in, out) -> {
                    while (!got.toString().endsWith("\r\n\r\n")) {
                        got.append((char) in.read());
                    }
                    RawUpstream.write(
                            out,
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                                    + "2\r\nok\r\n0\r\nX-Sum: 2\r\nContent-Length: 9\r\n\r\n");
                    return true;
                });
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            client.send("POST /app/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Mine\r\n\r\n"
                    + "4\r\nbody\r\n0\r\nX-Mine: 1\r\nTransfer-Encoding: x\r\n\r\n");
            var head = client.head();
            assertThat(client.until("X-Sum: 2\r\n\r\n")).doesNotContain("Content-Length");
            assertThat(head).contains("Trailer: X-Sum");
            assertThat(got.toString()).contains("body").endsWith("0\r\nX-Mine: 1\r\n\r\n");
            assertThat(upstream.heads.getFirst()).contains("Trailer: X-Mine");
        }
    }

    @Test
    void trailersBehindAnEmptyBodyPass() throws Exception {
        try (var upstream = RawUpstream.answering(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Status: 7\r\n\r\n");
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.head()).contains("chunked");
            assertThat(client.until("\r\n\r\n")).isEqualTo("0\r\nX-Status: 7\r\n\r\n");
            client.send("GET /app/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.head()).contains("chunked");
            assertThat(client.rest()).isEqualTo("0\r\nX-Status: 7\r\n\r\n");
        }
    }

    @Test
    void hintsThatComeBeforeTheAnswerPass() throws Exception {
        try (var upstream = RawUpstream.answering("HTTP/1.1 102 Processing\r\n\r\n"
                        + "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\n"
                        + RawUpstream.OK);
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 102 ");
                assertThat(client.head())
                        .startsWith("HTTP/1.1 103 Early Hints\r\n")
                        .contains("Link: </a.css>\r\n")
                        .doesNotContain("Hop");
                assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n");
                assertThat(client.until("ok")).isEqualTo("ok");
            }
        }
    }

    @Test
    void aClientOfTheOldVersionGetsTheAnswerAlone() throws Exception {
        try (var upstream =
                        RawUpstream.answering("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + RawUpstream.OK);
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            client.send("GET /app/x HTTP/1.0\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.0 200 OK\r\n");
            assertThat(client.rest()).isEqualTo("ok");
            assertThat(upstream.heads.getFirst())
                    .contains("Host: " + upstream.uri("").getAuthority() + "\r\n");
        }
    }

    @Test
    void aClientThatWaitsFor100GetsTheServersAndSendsItsBodyThen() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    if (head.contains("100-continue")) {
                        RawUpstream.write(out, "HTTP/1.1 100 Continue\r\n\r\n");
                    }
                    var body = RawUpstream.body(head, in);
                    RawUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Body: " + body + "\r\n\r\n");
                    return true;
                });
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                client.send("PUT /app/x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 100 Continue\r\n");
                client.send("body");
                assertThat(client.head()).startsWith("HTTP/1.1 200 OK").contains("X-Body: body");
            }
        }
    }

    @Test
    void aClientThatWaitsFor100AndIsRefusedLearnsItAndItsConnectionEnds() throws Exception {
        try (var upstream = RawUpstream.answering("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            client.send("POST /app/x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 401 ").contains("Connection: close");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aClientThatWaitsFor100WhileTheServerIsSilentIsNotKeptForEver() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> in.read() >= 0);
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.first-byte-timeout=300ms");
                var client = new RawHttp(gateway.port())) {
            client.send("POST /app/x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 504 ");
        }
    }

    @Test
    void requestsInOnePacketAreAnsweredInTheirOrder() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.body(head, in);
                    var path = head.split(" ")[1];
                    RawUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
                    return true;
                });
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            client.send("GET /app/1 HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "POST /app/22 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
                    + "PUT /app/333 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
                    + "GET /app/4444 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.rest()).containsSubsequence("\r\n\r\n/1", "\r\n\r\n/22", "\r\n\r\n/333", "\r\n\r\n/4444");
        }
    }
}
