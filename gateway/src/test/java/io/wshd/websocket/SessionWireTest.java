package io.wshd.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions behind a real Undertow, over real sockets. */
@Timeout(60)
class SessionWireTest {

    private EchoServer server;

    private void start(EchoServer.Handler handler) {
        server = EchoServer.with(EchoServer.DEFAULTS, handler);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void bytesThatComeWithTheHandshakeAreNotLost() throws Exception {
        start(EchoServer::echo);
        for (int i = 0; i < 30; i++) {
            try (var client = new RawClient(server.port())) {
                client.send(RawClient.request(), Frames.text("early" + i), Frames.close(1000, ""));
                assertThat(client.readHead()).startsWith("HTTP/1.1 101 ").contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
                assertThat(client.framesToTheEnd())
                        .extracting(Object::toString)
                        .containsExactly("81:early" + i, "88:\u0003\u00e8");
            }
        }
    }

    @Test
    void anEchoInSegmentsOfOneByteIsComplete() throws Exception {
        start(EchoServer::echo);
        try (var client = RawClient.open(server.port())) {
            byte[] frames =
                    Frames.join(Frames.masked(0x01, (byte) 'a'), Frames.masked(0x89), Frames.masked(0x80, (byte) 'b'));
            for (byte b : frames) {
                client.send(new byte[] {b});
            }
            assertThat(client.frames(2)).extracting(Object::toString).containsExactly("8a:", "81:ab");
        }
    }

    @Test
    void messagesOfAnySizeComeBackAsTheyWere() throws Exception {
        start(EchoServer::echo);
        var random = new Random(1);
        try (var client = RawClient.open(server.port())) {
            int count = 0;
            for (int size : new int[] {0, 1, 125, 126, 16 * 1024, 65535, 65536, 200_000, 1 << 20}) {
                byte[] data = new byte[size];
                random.nextBytes(data);
                client.send(Frames.masked(0x82, data));
                assertThat(client.frames(++count).getLast().payload()).isEqualTo(data);
            }
            client.send(Frames.masked(0x82, new byte[(1 << 20) + 1]));
            var last = client.framesToTheEnd().getLast();
            assertThat(last.first()).isEqualTo(0x88);
            assertThat(last.payload()).startsWith(1009 >> 8, 1009 & 255);
        }
    }

    @Test
    void aProtocolErrorIsAnsweredThoughMoreInputIsUnread() throws Exception {
        start(EchoServer::echo);
        try (var client = RawClient.open(server.port())) {
            client.send(Frames.masked(0xF1), new byte[1 << 20]);
            assertThat(client.framesToTheEnd().getLast().payload()).startsWith(1002 >> 8, 1002 & 255);
        }
    }

    @Test
    void aPeerThatShutsItsHalfDownGetsItsEcho() throws Exception {
        start(session -> {
            Thread.sleep(200);
            EchoServer.echo(session);
        });
        try (var client = RawClient.open(server.port())) {
            client.send(Frames.text("one"), Frames.close(1000, "x"));
            client.shutdownOutput();
            assertThat(client.framesToTheEnd())
                    .extracting(Object::toString)
                    .containsExactly("81:one", "88:\u0003\u00e8x");
        }
    }

    @Test
    void aHandlerThatReturnsClosesAndTheServerEndsTcpFirst() throws Exception {
        start(session -> session.send("hello"));
        try (var client = RawClient.open(server.port())) {
            assertThat(client.frames(2)).extracting(Object::toString).containsExactly("81:hello", "88:\u0003\u00e8");
            client.send(Frames.close(1000, ""));
            assertThat(client.framesToTheEnd()).hasSize(2);
        }
        SessionTest.eventually(() -> assertThat(server.sessions.size()).isZero());
    }

    @Test
    void anAbortedConnectionEndsTheHandler() throws Exception {
        var ended = new CompletableFuture<Session>();
        start(session -> {
            EchoServer.echo(session);
            ended.complete(session);
        });
        RawClient.open(server.port()).close();
        assertThat(ended.get(10, TimeUnit.SECONDS).peerClose()).isEmpty();
    }

    @Test
    void aSlowHandlerHoldsTheSenderUpAndNotTheHeap() throws Exception {
        var taken = new AtomicLong();
        var go = new CompletableFuture<Void>();
        start(session -> {
            go.get();
            for (Message message; (message = session.receive()) != null; ) {
                taken.addAndGet(message.data().length);
            }
        });
        byte[] message = Frames.masked(0x82, new byte[1 << 18]);
        int count = 200;
        try (var client = RawClient.open(server.port())) {
            var sent = new AtomicLong();
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < count; i++) {
                        client.send(message);
                        sent.incrementAndGet();
                    }
                    client.send(Frames.close(1000, ""));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            SessionTest.eventually(
                    () -> assertThat(server.sessions.metrics().readAheadFull()).isEqualTo(1));
            assertThat(server.sessions.metrics().messagesIn()).isLessThan(5);
            go.complete(null);
            client.framesToTheEnd();
            sender.join();
            assertThat(taken.get()).isEqualTo((long) count << 18);
        }
    }

    @Test
    void stoppingSays1001ToEveryPeer() throws Exception {
        start(EchoServer::echo);
        try (var client = RawClient.open(server.port())) {
            client.send(Frames.text("x"));
            client.frames(1);
            var stopped = CompletableFuture.runAsync(() -> {
                try {
                    server.sessions.closeAll(Duration.ofSeconds(10));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(client.frames(2).getLast().payload()).startsWith(1001 >> 8, 1001 & 255);
            client.send(Frames.close(1001, ""));
            stopped.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void aRefusalTellsWhatIsExpected() throws Exception {
        start(EchoServer::echo);
        try (var client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.readHead()).startsWith("HTTP/1.1 426 ").containsIgnoringCase("Upgrade: websocket");
        }
        assertThat(server.sessions.metrics().refusedHandshakes()).containsEntry(Handshake.Refused.Cause.NO_UPGRADE, 1L);
    }

    @Test
    void theClientOfTheJdkTalksAndClosesCleanly() throws Exception {
        start(EchoServer::echo);
        var echoed = new CompletableFuture<String>();
        var closed = new CompletableFuture<Integer>();
        try (var http = HttpClient.newHttpClient()) {
            var socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/"), new WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                            echoed.complete(data.toString());
                            socket.request(1);
                            return null;
                        }

                        @Override
                        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                            closed.complete(code);
                            return null;
                        }
                    })
                    .get(10, TimeUnit.SECONDS);
            socket.sendPing(ByteBuffer.wrap(new byte[] {1})).get();
            socket.sendText("grüße 😀", true).get();
            assertThat(echoed.get(10, TimeUnit.SECONDS)).isEqualTo("grüße 😀");
            socket.sendClose(4001, "done").get();
            assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo(4001);
        }
    }

    @Test
    void manyMessagesInFlightOfManyConnectionsAllComeBackInOrder() throws Exception {
        start(EchoServer::echo);
        var clients = new RawClient[20];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = RawClient.open(server.port());
        }
        byte[][] batch = new byte[300][];
        Arrays.setAll(batch, i -> Frames.text("m" + i));
        for (RawClient client : clients) {
            client.send(batch);
        }
        for (RawClient client : clients) {
            var frames = client.frames(batch.length);
            for (int i = 0; i < batch.length; i++) {
                assertThat(frames.get(i)).hasToString("81:m" + i);
            }
            client.close();
        }
    }
}
