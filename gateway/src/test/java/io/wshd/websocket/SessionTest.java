package io.wshd.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wshd.config.WebSocketConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions over a stream in memory, with handlers and peers of any timing. */
@Timeout(30)
class SessionTest {

    private final Sessions sessions = new Sessions(new SessionMetrics());
    private final MemoryTransport peer = new MemoryTransport();
    private Session session;

    @AfterEach
    void end() {
        sessions.close();
    }

    private void open(WebSocketConfig config) {
        session = sessions.open(peer, config, Optional.empty());
        peer.session = session;
    }

    private void open() {
        open(config(1 << 20, 1000, 5000, 5000, 0, 0));
    }

    private static WebSocketConfig config(int maxMessage, int readAhead, int send, int close, int ping, int timeout) {
        return new WebSocketConfig(
                maxMessage,
                readAhead,
                Duration.ofSeconds(10),
                Duration.ofMillis(send),
                Duration.ofMillis(close),
                Duration.ofMillis(ping),
                Duration.ofMillis(timeout),
                Duration.ZERO,
                EchoServer.COMPRESSION);
    }

    private static <T> CompletableFuture<T> handler(Callable<T> task) {
        var result = new CompletableFuture<T>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private CompletableFuture<Void> echo() {
        return handler(() -> {
            EchoServer.echo(session);
            session.close(1000, "", true);
            return null;
        });
    }

    static void eventually(Runnable assertion) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            try {
                assertion.run();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(2_000_000);
            }
        }
    }

    private void sends(String... frames) {
        eventually(() -> assertThat(peer.sent()).extracting(Object::toString).containsExactly(frames));
    }

    private static final String CLOSE_1000 = "88:\u0003\u00e8";
    private static final String RESERVED_OPCODE = "88:\u0003\u00eareserved opcode 15";

    @Test
    void messagesAreEchoedAndTheCloseIsAnsweredWithItsCode() throws Exception {
        open();
        var done = echo();
        peer.arrive(
                Frames.text("one"),
                Frames.masked(0x82, (byte) 'b'),
                Frames.masked(0x01, (byte) 't'),
                Frames.masked(0x80, (byte) 'w'),
                Frames.close(3001, "bye"));
        sends("81:one", "82:b", "81:tw", "88:\u000b\u00b9bye");
        done.get();
        assertThat(session.peerClose()).contains(new CloseStatus(3001, "bye"));
        assertThat(peer.isClosed()).isTrue();
        assertThat(sessions.size()).isZero();
        assertThat(sessions.metrics().closeCodes()).containsEntry(3001, 1L);
    }

    @Test
    void connectionsMessagesBytesAndPingsAreCounted() throws Exception {
        open();
        SessionMetrics metrics = sessions.metrics();
        assertThat(metrics.open()).isEqualTo(1);
        var done = echo();
        peer.arrive(
                Frames.text("one"),
                Frames.masked(0x01, (byte) 't'),
                Frames.masked(0x89, (byte) 'x'),
                Frames.masked(0x80, (byte) 'w'),
                Frames.close(1000, ""));
        done.get();
        assertThat(metrics.open()).isZero();
        assertThat(metrics.opened()).isEqualTo(1);
        assertThat(metrics.messagesIn()).isEqualTo(2);
        assertThat(metrics.bytesIn()).isEqualTo(5);
        assertThat(metrics.messagesOut()).isEqualTo(2);
        assertThat(metrics.bytesOut()).isEqualTo(5);
        assertThat(metrics.pingsIn()).isEqualTo(1);
        assertThat(metrics.pingsOut()).isZero();
    }

    @Test
    void nothingIsLostWhenAllArrivesByteByByteBeforeTheHandlerStarts() throws Exception {
        open();
        peer.segment(1);
        peer.arrive(Frames.text("one"), Frames.text("two"), Frames.close(1000, ""));
        eventually(() -> assertThat(session.peerClose()).isPresent());
        echo().get();
        sends("81:one", "81:two", CLOSE_1000);
    }

    @Test
    void aSlowHandlerStillEchoesEverythingSentBeforeTheClose() throws Exception {
        open();
        var go = new Semaphore(0);
        var _ = handler(() -> {
            for (Message message; (message = session.receive()) != null; ) {
                go.acquire();
                session.send(message);
            }
            return null;
        });
        peer.arrive(Frames.text("one"), Frames.text("two"), Frames.close(1000, ""));
        eventually(() -> assertThat(session.peerClose()).isPresent());
        go.release();
        sends("81:one");
        go.release();
        sends("81:one", "81:two", CLOSE_1000);
    }

    @Test
    void aPingIsAnsweredWhileTheHandlerComputesAndAHandlerMayPingToo() throws Exception {
        open();
        peer.arrive(Frames.masked(0x89, (byte) 'x'));
        sends("8a:x");
        session.ping(new byte[] {'y'});
        session.pong(new byte[] {'z'});
        sends("8a:x", "89:y", "8a:z");
        assertThatThrownBy(() -> session.ping(new byte[126])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pingsThatComeDuringASendAreAllAnswered() throws Exception {
        open();
        peer.window(10);
        var sent = handler(() -> {
            session.send("x".repeat(50));
            return null;
        });
        eventually(() -> assertThat(peer.isFull()).isTrue());
        for (int i = 0; i < 10; i++) {
            peer.arrive(Frames.masked(0x89, (byte) ('a' + i)));
        }
        eventually(() -> assertThat(peer.unread()).isZero());
        peer.window(Long.MAX_VALUE);
        sent.get();
        eventually(() -> assertThat(peer.sent().stream().skip(1))
                .extracting(Object::toString)
                .containsExactly("8a:a", "8a:b", "8a:c", "8a:d", "8a:e", "8a:f", "8a:g", "8a:h", "8a:i", "8a:j"));
    }

    @Test
    void aPushOnlyHandlerIsToldOfTheCloseAtOnce() {
        open();
        var pushed = handler(() -> {
            while (true) {
                session.send("tick");
                Thread.sleep(1);
            }
        });
        eventually(() -> assertThat(peer.sent()).isNotEmpty());
        peer.arrive(Frames.close(1000, ""));
        assertThatThrownBy(() -> pushed.get(900, TimeUnit.MILLISECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        SessionClosedException.class,
                        e -> assertThat(e.isLost()).isFalse());
        assertThat(peer.sent().getLast()).hasToString(CLOSE_1000);
    }

    @Test
    void aHandlerThatWentFromReceivingToSendingIsToldWithinTwoSeconds() throws Exception {
        open();
        var pushed = handler(() -> {
            session.receive();
            while (true) {
                session.send("tick");
                Thread.sleep(5);
            }
        });
        peer.arrive(Frames.text("start"), Frames.close(1000, ""));
        long start = System.nanoTime();
        assertThatThrownBy(() -> pushed.get(4, TimeUnit.SECONDS)).hasCauseInstanceOf(SessionClosedException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(3));
    }

    @Test
    void aHandlerThatNeverComesBackDoesNotHoldTheCloseUpForEver() {
        open(config(1000, 1000, 5000, 500, 0, 0));
        var _ = handler(() -> {
            session.receive();
            new CountDownLatch(1).await();
            return null;
        });
        peer.arrive(Frames.text("work"), Frames.close(1000, ""));
        sends(CLOSE_1000);
        eventually(() -> assertThat(peer.isClosed()).isTrue());
    }

    @Test
    void theHandlerMayChooseTheAnswerToAClose() throws Exception {
        open();
        session.answerCloseWith(status -> new CloseStatus(4000, status.reason() + "!"));
        peer.arrive(Frames.close(1000, "bye"));
        eventually(() -> assertThat(session.peerClose()).isPresent());
        assertThat(session.receive()).isNull();
        sends("88:\u000f\u00a0bye!");
    }

    @Test
    void aHandlerThatDoesNothingDoesNotHoldUpTheAnswer() {
        open();
        peer.arrive(Frames.close(1000, ""));
        sends(CLOSE_1000);
    }

    @Test
    void anAnswerThatCannotBeSentGivesWayToThePeersOwnStatus() throws Exception {
        open();
        session.answerCloseWith(status -> new CloseStatus(1006, ""));
        var received = handler(session::receive);
        peer.arrive(Frames.text("x"));
        assertThat(received.get().string()).isEqualTo("x");
        received = handler(session::receive);
        peer.arrive(Frames.close(1000, ""));
        assertThatThrownBy(received::get).hasCauseInstanceOf(IllegalArgumentException.class);
        sends(CLOSE_1000);
    }

    @Test
    void readingStopsAtTheReadAheadAndGoesOnWhenTheHandlerTakes() throws Exception {
        open();
        byte[] message = Frames.masked(0x82, new byte[100]);
        for (int i = 0; i < 100; i++) {
            peer.arrive(message);
        }
        eventually(() -> assertThat(peer.isReading()).isFalse());
        assertThat(peer.unread()).isGreaterThan(80 * message.length);
        for (int i = 0; i < 100; i++) {
            assertThat(session.receive().data()).hasSize(100);
        }
        eventually(() -> assertThat(peer.isReading()).isTrue());
        assertThat(sessions.metrics().readAheadFull()).isPositive();
    }

    @Test
    void emptyMessagesCountTowardsTheReadAhead() {
        open();
        for (int i = 0; i < 2000; i++) {
            peer.arrive(Frames.masked(0x82));
        }
        eventually(() -> assertThat(peer.isReading()).isFalse());
        assertThat(peer.unread()).isGreaterThan(9000);
    }

    @Test
    void anIllegalFrameIsReportedWhenTheMessagesBeforeItAreTaken() throws Exception {
        open();
        peer.arrive(Frames.text("good"), Frames.masked(0x8F));
        eventually(() -> assertThat(session.failure()).isPresent());
        assertThat(session.receive().string()).isEqualTo("good");
        session.send("answer");
        assertThat(session.receive()).isNull();
        sends("81:answer", RESERVED_OPCODE);
        assertThat(peer.isShutdown()).isTrue();
        assertThat(session.peerClose()).isEmpty();
        assertThatThrownBy(() -> session.send("x"))
                .isInstanceOfSatisfying(
                        SessionClosedException.class,
                        e -> assertThat(e.isLost()).isFalse());
        peer.arrive(new byte[5000]);
        eventually(() -> assertThat(peer.unread()).isZero());
        assertThat(peer.isClosed()).isFalse();
        peer.endInput();
        eventually(() -> assertThat(peer.isClosed()).isTrue());
    }

    @Test
    void anIllegalFrameIsReportedAtOnceToAHandlerThatWaits() throws Exception {
        open();
        var received = handler(session::receive);
        peer.arrive(Frames.text("good"));
        assertThat(received.get().string()).isEqualTo("good");
        received = handler(session::receive);
        peer.arrive(Frames.masked(0x8F));
        sends(RESERVED_OPCODE);
        assertThat(received.get()).isNull();
        assertThat(session.failure()).contains(new CloseStatus(1002, "reserved opcode 15"));
    }

    @Test
    void aHandlerThatNeverComesBackDoesNotHoldTheReportOfAFailureUp() {
        open(config(1000, 1000, 5000, 500, 0, 0));
        var _ = handler(() -> {
            session.receive();
            new CountDownLatch(1).await();
            return null;
        });
        peer.arrive(Frames.text("work"), Frames.masked(0x8F));
        sends(RESERVED_OPCODE);
    }

    @Test
    void aPushOnlyHandlerEndsSoonAfterAFailure() {
        open();
        var pushed = handler(() -> {
            while (true) {
                session.send("tick");
                Thread.sleep(1);
            }
        });
        eventually(() -> assertThat(peer.sent()).isNotEmpty());
        peer.arrive(Frames.masked(0x8F));
        assertThatThrownBy(() -> pushed.get(4, TimeUnit.SECONDS)).hasCauseInstanceOf(SessionClosedException.class);
        assertThat(peer.sent().getLast()).hasToString(RESERVED_OPCODE);
    }

    @Test
    void aSilentPeerIsNotPingedWhileItsFailureIsToBeReported() {
        open(config(1000, 1000, 5000, 60_000, 250, 250));
        var _ = handler(() -> {
            session.receive();
            new CountDownLatch(1).await();
            return null;
        });
        peer.arrive(Frames.text("work"), Frames.masked(0x8F));
        eventually(() -> assertThat(session.failure()).isPresent());
        long now = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            session.sweep(now + i * 250_000_000L);
        }
        assertThat(peer.sent()).isEmpty();
        assertThat(peer.isClosed()).isFalse();
    }

    @Test
    void aHandlerThatClosesWhenMessagesEndDoesNotReplaceTheCodeOfAFailure() {
        open();
        session.onReadable(session::goAway);
        peer.arrive(Frames.masked(0x8F));
        sends(RESERVED_OPCODE);
    }

    @Test
    void behindAFailureNeitherAPingNorACloseIsProcessed() {
        open();
        peer.arrive(Frames.masked(0x8F), Frames.masked(0x89), Frames.close(1000, ""));
        sends(RESERVED_OPCODE);
        peer.arrive(Frames.masked(0x89), Frames.close(1000, ""));
        eventually(() -> assertThat(peer.unread()).isZero());
        assertThat(peer.sent()).hasSize(1);
        assertThat(session.peerClose()).isEmpty();
    }

    @Test
    void behindItsCloseFrameTheServerSendsNoData() {
        open();
        session.goAway();
        assertThatThrownBy(() -> session.send("late")).isInstanceOf(SessionClosedException.class);
        assertThatThrownBy(() -> session.trySend("late")).isInstanceOf(SessionClosedException.class);
        assertThatThrownBy(() -> session.ping(new byte[0])).isInstanceOf(SessionClosedException.class);
        sends("88:\u0003\u00e9");
    }

    @Test
    void aPeerThatStaysAfterAFailureIsCutOff() {
        open();
        peer.arrive(Frames.masked(0x8F));
        eventually(() -> assertThat(peer.isClosed()).isTrue());
    }

    @Test
    void endOfStreamWithoutACloseIsALoss() throws Exception {
        open();
        peer.arrive(Frames.text("last"));
        peer.endInput();
        eventually(() -> assertThat(peer.isClosed()).isTrue());
        assertThat(session.receive().string()).isEqualTo("last");
        assertThat(session.receive()).isNull();
        assertThat(session.peerClose()).isEmpty();
        assertThatThrownBy(() -> session.send("x"))
                .isInstanceOfSatisfying(
                        SessionClosedException.class,
                        e -> assertThat(e.isLost()).isTrue());
        assertThat(sessions.metrics().closeCodes()).containsEntry(1006, 1L);
    }

    @Test
    void aResetWakesAParkedReceiver() throws Exception {
        open();
        var received = handler(session::receive);
        peer.breakDown();
        assertThat(received.get()).isNull();
        assertThat(session.peerClose()).isEmpty();
    }

    @Test
    void aPeerThatShutsItsHalfDownBehindTheCloseStillGetsItsAnswers() throws Exception {
        open();
        peer.arrive(Frames.text("one"), Frames.close(1000, ""));
        peer.endInput();
        eventually(() -> assertThat(session.peerClose()).isPresent());
        echo().get();
        sends("81:one", CLOSE_1000);
    }

    @Test
    void closeWaitsForThePeersAnswerAndDiscardsWhatComesBefore() throws Exception {
        open();
        for (int i = 0; i < 30; i++) {
            peer.arrive(Frames.masked(0x82, new byte[100]));
        }
        eventually(() -> assertThat(peer.isReading()).isFalse());
        var closed = handler(() -> {
            session.close(1000, "", true);
            return null;
        });
        sends(CLOSE_1000);
        assertThatThrownBy(() -> session.send("x")).isInstanceOf(SessionClosedException.class);
        assertThat(peer.isClosed()).isFalse();
        peer.arrive(Frames.close(1000, ""));
        closed.get();
        assertThat(peer.isClosed()).isTrue();
    }

    @Test
    void closeDropsAPeerThatDoesNotAnswer() throws Exception {
        open(config(1000, 1000, 5000, 300, 0, 0));
        session.close(1000, "", true);
        assertThat(peer.isClosed()).isTrue();
        assertThatThrownBy(() -> session.close(1005, "why", false)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSendParksWhileTheSocketIsFullAndAPongWaitsForTheFrameToEnd() throws Exception {
        open();
        peer.window(10);
        var sent = handler(() -> {
            session.send("x".repeat(50));
            return null;
        });
        eventually(() -> assertThat(peer.isFull()).isTrue());
        for (int i = 0; i < 100; i++) {
            peer.arrive(Frames.masked(0x89, (byte) i));
        }
        eventually(() -> assertThat(peer.unread()).isZero());
        peer.window(20);
        peer.window(Long.MAX_VALUE);
        sent.get();
        eventually(() -> assertThat(peer.sent()).hasSizeGreaterThan(1));
        assertThat(peer.sent().getFirst().payload()).hasSize(50);
        // The pings of the flood that are answered are the latest ones.
        assertThat(peer.sent().getLast().payload()).containsExactly(99);
        assertThat(peer.sent()).hasSizeLessThan(4 + Outbound.PONGS);
        assertThat(sessions.metrics().sendsParked()).isPositive();
        assertThat(sessions.metrics().timeParked()).isPositive();
    }

    @Test
    void aSendThatDoesNotGetPastAFullSocketEndsTheConnection() {
        open(config(1000, 1000, 200, 5000, 0, 0));
        peer.window(10);
        assertThatThrownBy(() -> handler(() -> {
                            session.send("x".repeat(50));
                            return null;
                        })
                        .get())
                .cause()
                .isInstanceOfSatisfying(
                        SessionClosedException.class,
                        e -> assertThat(e.isLost()).isTrue());
        assertThat(peer.isClosed()).isTrue();
        assertThat(sessions.metrics().sendTimeouts()).isEqualTo(1);
    }

    @Test
    void aPingFloodFromAPeerThatDoesNotReadEndsTheConnection() {
        open(config(1000, 1000, 200, 5000, 0, 0));
        peer.window(1);
        for (int i = 0; i < 100; i++) {
            peer.arrive(Frames.masked(0x89, (byte) i));
        }
        eventually(() -> assertThat(peer.isClosed()).isTrue());
    }

    @Test
    void droppingTheSessionFreesAParkedSender() {
        open();
        peer.window(10);
        var sent = handler(() -> {
            session.send("x".repeat(50));
            return null;
        });
        eventually(() -> assertThat(peer.isReading()).isTrue());
        session.drop();
        assertThatThrownBy(sent::get).hasCauseInstanceOf(SessionClosedException.class);
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // More mixing of the threads, not less, is the aim.
    void messagesOfSeveralThreadsNeverMix() throws Exception {
        open();
        var done = new CountDownLatch(8);
        for (int t = 0; t < 8; t++) {
            String name = "" + t;
            var _ = handler(() -> {
                for (int i = 0; i < 50; i++) {
                    session.send(name, false);
                    Thread.yield();
                    session.send(name, false);
                    session.send(name, true);
                }
                done.countDown();
                return null;
            });
        }
        for (int i = 0; i < 200; i++) {
            peer.arrive(Frames.masked(0x89));
        }
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        var data = peer.sent().stream()
                .filter(frame -> (frame.first() & 8) == 0)
                .map(Object::toString)
                .toList();
        assertThat(data).hasSize(8 * 50 * 3);
        for (int i = 0; i < data.size(); i += 3) {
            String name = data.get(i).substring(2);
            assertThat(data.subList(i, i + 3)).containsExactly("1:" + name, "0:" + name, "80:" + name);
        }
    }

    @Test
    void trySendNeverParksAndCallsBackWhenThereIsRoom() throws Exception {
        open();
        peer.window(4);
        assertThat(session.trySend("one")).isTrue();
        assertThat(session.trySend("two")).isFalse();
        var room = new CountDownLatch(1);
        session.onSendable(room::countDown);
        assertThat(room.getCount()).isEqualTo(1);
        peer.window(Long.MAX_VALUE);
        assertThat(room.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(session.trySend(Message.text("three"))).isTrue();
        sends("81:one", "81:three");
    }

    @Test
    void pollAndItsCallbackServeAnEventLoop() throws Exception {
        open();
        assertThat(session.poll()).isNull();
        BlockingQueue<String> calls = new ArrayBlockingQueue<>(10);
        session.onReadable(() -> calls.add("first"));
        peer.arrive(Frames.text("a"));
        assertThat(calls.poll(5, TimeUnit.SECONDS)).isEqualTo("first");
        assertThat(session.poll().string()).isEqualTo("a");
        session.onReadable(() -> calls.add("second"));
        peer.arrive(Frames.close(1000, ""));
        assertThat(calls.poll(5, TimeUnit.SECONDS)).isEqualTo("second");
        assertThat(session.poll()).isNull();
        assertThat(session.isExhausted()).isTrue();
        assertThat(peer.sent()).isEmpty();
        session.answerClose();
        sends(CLOSE_1000);
    }

    @Test
    void aSilentPeerIsPingedAndDroppedWhenItDoesNotReact() {
        open(config(1000, 1000, 5000, 5000, 300, 600));
        eventually(() -> assertThat(peer.sent()).isNotEmpty());
        peer.arrive(Frames.masked(0x8A));
        eventually(() -> assertThat(peer.sent()).hasSize(2));
        eventually(() -> assertThat(peer.isClosed()).isTrue());
        assertThat(sessions.metrics().pingTimeouts()).isEqualTo(1);
        assertThat(sessions.metrics().pingsOut()).isEqualTo(2);
    }

    private static WebSocketConfig idling(Duration timeout) {
        var limits = config(1000, 1000, 5000, 5000, 0, 0);
        return new WebSocketConfig(
                limits.maxMessage(),
                limits.readAhead(),
                limits.handshakeTimeout(),
                limits.sendDeadline(),
                limits.closeTimeout(),
                limits.pingInterval(),
                limits.pingTimeout(),
                timeout,
                limits.compression());
    }

    @Test
    void aSessionWithoutMessagesIsClosedPingsOrNot() {
        open(idling(Duration.ofMillis(500)));
        peer.arrive(Frames.masked(0x89));
        sends("8a:", "88:\u0003\u00e9idle");
        assertThat(sessions.metrics().idleTimeouts()).isEqualTo(1);
    }

    @Test
    void eachMessageBeginsTheTimeOfIdlenessAnew() {
        var keepalive = new Keepalive(idling(Duration.ofNanos(60)), null, 0);
        assertThat(keepalive.isIdle(59)).isFalse();
        keepalive.used();
        assertThat(keepalive.isIdle(100)).isFalse();
        assertThat(keepalive.isIdle(159)).isFalse();
        assertThat(keepalive.isIdle(160)).isTrue();
        assertThat(new Keepalive(idling(Duration.ZERO), null, 0).isIdle(Long.MAX_VALUE))
                .isFalse();
    }

    @Test
    void aPeerThatWeDoNotReadFromIsNotTakenForDead() {
        open(config(1000, 100, 5000, 5000, 250, 250));
        peer.arrive(Frames.masked(0x82, new byte[200]));
        eventually(() -> assertThat(peer.isReading()).isFalse());
        long now = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            session.sweep(now + i * 250_000_000L);
        }
        assertThat(peer.isClosed()).isFalse();
        assertThat(peer.sent()).isEmpty();
    }

    @Test
    void closingAllSays1001AndWaitsNoLongerThanItMay() throws Exception {
        open();
        var received = handler(session::receive);
        var closed = handler(() -> {
            sessions.closeAll(Duration.ofSeconds(20));
            return null;
        });
        sends("88:\u0003\u00e9");
        peer.arrive(Frames.close(1001, ""));
        closed.get();
        assertThat(received.get()).isNull();
        var stuck = new MemoryTransport();
        stuck.session = sessions.open(stuck, config(1000, 1000, 5000, 5000, 0, 0), Optional.empty());
        sessions.closeAll(Duration.ofMillis(50));
        assertThat(stuck.isClosed()).isTrue();
    }

    @Test
    void anInterruptEndsAWaitForAMessageButNotAFrameUnderWay() throws Exception {
        open();
        var waiting = new CompletableFuture<Throwable>();
        Thread receiver = Thread.ofVirtual().start(() -> {
            try {
                session.receive();
            } catch (Throwable e) {
                waiting.complete(e);
            }
        });
        receiver.interrupt();
        assertThat(waiting.get()).isInstanceOf(InterruptedException.class);
        peer.window(5);
        var sent = new CompletableFuture<Boolean>();
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                session.send("x".repeat(20));
                sent.complete(Thread.currentThread().isInterrupted());
            } catch (Throwable e) {
                sent.completeExceptionally(e);
            }
        });
        eventually(() -> assertThat(sender.getState()).isEqualTo(Thread.State.TIMED_WAITING));
        sender.interrupt();
        peer.window(100);
        assertThat(sent.get()).isTrue();
        sends("81:" + "x".repeat(20));
    }
}
