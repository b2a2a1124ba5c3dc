package io.wshd.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.Needs;
import io.wshd.config.WebSocketConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** permessage-deflate behind a real Undertow, over real sockets. */
@Timeout(60)
class CompressionWireTest {

    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";

    private EchoServer server;

    private void start(boolean enabled, boolean takeover, int threshold, EchoServer.Handler handler) {
        var compression = new WebSocketConfig.Compression(enabled, takeover, threshold, 4);
        var base = EchoServer.DEFAULTS;
        server = EchoServer.with(
                new WebSocketConfig(
                        base.maxMessage(),
                        base.readAhead(),
                        base.handshakeTimeout(),
                        base.sendDeadline(),
                        base.closeTimeout(),
                        base.pingInterval(),
                        base.pingTimeout(),
                        base.idleTimeout(),
                        compression),
                handler);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawClient open(String... lines) throws IOException {
        var client = new RawClient(server.port());
        client.shake(lines);
        return client;
    }

    private static void assertFailed(RawClient client, int code) throws IOException {
        var last = client.framesToTheEnd().getLast();
        assertThat(last.first()).isEqualTo(0x88);
        assertThat(last.payload()).startsWith(code >> 8, code & 255);
    }

    @Test
    void anOfferIsAnsweredAndACompressedMessageComesBackCompressed() throws Exception {
        start(true, false, 1, EchoServer::echo);
        try (var client = new RawClient(server.port())) {
            assertThat(client.shake(OFFER + "; client_max_window_bits"))
                    .contains("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
                            + "client_no_context_takeover\r\n");
            byte[] data = CompressionTest.sample(new Random(1), 300_000);
            client.send(Frames.masked(0xC2, CompressionTest.deflated(data)));
            var echoed = client.frames(1).getFirst();
            assertThat(echoed.first()).isEqualTo(0xC2);
            assertThat(new SlowInflater().message(echoed.payload())).isEqualTo(data);
            client.send(Frames.text("x".repeat(50)), Frames.masked(0xC1, (byte) 0));
            assertThat(client.frames(3).get(1).first()).isEqualTo(0xC1);
            assertThat(client.frames(3).get(2)).hasToString("81:");
        }
        assertThat(server.sessions.metrics().bytesIn()).isEqualTo(300_050);
        assertThat(server.sessions.metrics().bytesOut()).isEqualTo(300_050);
    }

    @Test
    void withoutAnOfferOrWhileOffNothingIsAnsweredAndRsv1FailsWith1002() throws Exception {
        start(false, false, 0, EchoServer::echo);
        try (var client = new RawClient(server.port())) {
            assertThat(client.shake(OFFER)).doesNotContain("Sec-WebSocket-Extensions");
            client.send(Frames.text("x".repeat(2000)));
            assertThat(client.frames(1).getFirst().first()).isEqualTo(0x81);
            client.send(Frames.masked(0xC1, (byte) 0));
            assertFailed(client, 1002);
        }
        server.close();
        start(true, false, 0, EchoServer::echo);
        try (var client = new RawClient(server.port())) {
            assertThat(client.shake()).doesNotContain("Sec-WebSocket-Extensions");
            client.send(Frames.masked(0xC1, (byte) 0));
            assertFailed(client, 1002);
        }
    }

    @Test
    void rsv1OnAContinuationOrAControlFrameFailsWith1002() throws Exception {
        start(true, false, 0, EchoServer::echo);
        for (int first : new int[] {0xC0, 0xC8, 0xC9, 0xCA, 0xA1, 0xE1, 0x91}) {
            try (var client = open(OFFER)) {
                client.send(first == 0xC0 ? Frames.masked(0x41) : new byte[0], Frames.masked(first));
                assertFailed(client, 1002);
            }
        }
    }

    @Test
    void aMessageSentInPiecesIsOneCompressedMessageAlsoWithAPingBetween() throws Exception {
        start(true, false, 10, session -> {
            session.send("first piece, first piece, ", false);
            session.ping(new byte[0]);
            session.send("second, second, second", false);
            session.send("", true);
        });
        try (var client = open(OFFER + "; server_max_window_bits=9")) {
            assertThat(client.frames(5)).extracting(Frames.Received::first).contains(0x89, 0x88);
            var data = client.frames(5).stream()
                    .filter(frame -> (frame.first() & 8) == 0)
                    .toList();
            assertThat(data).extracting(Frames.Received::first).containsExactly(0x41, 0, 0x80);
            byte[] whole =
                    Frames.join(data.stream().map(Frames.Received::payload).toArray(byte[][]::new));
            assertThat(new String(new SlowInflater().message(whole), UTF_8))
                    .isEqualTo("first piece, first piece, second, second, second");
        }
    }

    @Test
    void withTakeoverBothSidesReferToEarlierMessages() throws Exception {
        start(true, true, 0, EchoServer::echo);
        byte[] data = CompressionTest.sample(new Random(1), 2000);
        try (var client = new RawClient(server.port())) {
            assertThat(client.shake(OFFER)).contains("Sec-WebSocket-Extensions: permessage-deflate\r\n");
            var deflater = new Deflater(6, true);
            var inflater = new SlowInflater();
            for (int i = 1; i <= 5; i++) {
                client.send(Frames.masked(0xC2, CompressionTest.deflated(deflater, data)));
                var echoed = client.frames(i).getLast();
                assertThat(inflater.message(echoed.payload())).isEqualTo(data);
                assertThat(echoed.payload().length).isLessThan(i == 1 ? 2000 : 200);
            }
        }
    }

    @Test
    void aBombEndsWith1009InBoundedMemory() throws Exception {
        start(true, false, 0, EchoServer::echo);
        byte[] zeros = CompressionTest.deflated(new byte[256 << 20]);
        assertThat(zeros).hasSizeLessThan(300_000);
        long before = allocated();
        try (var client = open(OFFER)) {
            client.send(Frames.masked(0xC2, zeros));
            assertFailed(client, 1009);
        }
        // Doubling up to 1 MiB takes 2 MiB, and 0.3 MiB are read; the rest is what else the JVM does meanwhile.
        assertThat(allocated() - before).isLessThan(64L << 20);
    }

    /** By all threads since the start of the JVM, in bytes. */
    private static long allocated() {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        return threads.getTotalThreadAllocatedBytes();
    }

    @Test
    void corruptDataEndsWith1007() throws Exception {
        start(true, false, 0, EchoServer::echo);
        try (var client = open(OFFER)) {
            client.send(Frames.masked(0xC2, (byte) 0xFF, (byte) 0xFF));
            assertFailed(client, 1007);
        }
    }

    @Test
    void sessionsThatEndInTheMiddleOfMessagesLeaveNoMoreThanTheBoundBehind() throws Exception {
        start(true, false, 0, EchoServer::echo);
        var clients = new RawClient[20];
        byte[] start = Arrays.copyOf(CompressionTest.deflated(CompressionTest.sample(new Random(1), 5000)), 900);
        for (int i = 0; i < clients.length; i++) {
            clients[i] = open(OFFER);
            clients[i].send(Frames.masked(0x41, start));
        }
        for (RawClient client : clients) {
            client.close();
        }
        SessionTest.eventually(() -> assertThat(server.sessions.size()).isZero());
        SessionTest.eventually(
                () -> assertThat(server.sessions.compressors().idle()).isEqualTo(4));
        server.sessions.close();
        assertThat(server.sessions.compressors().idle()).isZero();
    }

    @Test
    void manySessionsSharingThePoolNeverSeeEachOthersData() throws Exception {
        start(true, false, 0, EchoServer::echo);
        var random = new Random(5);
        var clients = new RawClient[10];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = open(OFFER + (i % 2 == 0 ? "; server_max_window_bits=10" : ""));
        }
        byte[][] sent = new byte[30][];
        for (int m = 0; m < sent.length; m++) {
            sent[m] = CompressionTest.sample(random, 1 + random.nextInt(2000));
            for (RawClient client : clients) {
                client.send(Frames.masked(0xC2, CompressionTest.deflated(sent[m])));
            }
        }
        for (RawClient client : clients) {
            var frames = client.frames(sent.length);
            for (int m = 0; m < sent.length; m++) {
                byte[] payload = frames.get(m).payload();
                assertThat(frames.get(m).first() == 0xC2 ? new SlowInflater().message(payload) : payload)
                        .isEqualTo(sent[m]);
            }
            client.close();
        }
    }

    @Test
    @Needs({"node", "npm:ws"})
    void theClientOfNodeTalksWithEveryCombinationOfParameters() throws Exception {
        for (boolean takeover : new boolean[] {false, true}) {
            start(true, takeover, 20, EchoServer::echo);
            var node = new ProcessBuilder(
                            "node",
                            Needs.NODE.resolve("deflate-client.mjs").toString(),
                            "ws://127.0.0.1:" + server.port() + "/")
                    .redirectErrorStream(true)
                    .start();
            try {
                assertThat(node.waitFor(40, TimeUnit.SECONDS)).isTrue();
                List<String> lines = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
                assertThat(lines).hasSizeGreaterThan(10).allMatch(line -> line.startsWith("ok "));
            } finally {
                node.destroy();
            }
            server.close();
        }
    }
}
