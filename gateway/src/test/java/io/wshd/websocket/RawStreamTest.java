package io.wshd.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wshd.config.WebSocketConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session that gives its bytes to a handler, from the start or in the midst of everything. */
@Timeout(60)
class RawStreamTest {

    private static final int READ_AHEAD = 1000;

    private final Sessions sessions = new Sessions(new SessionMetrics());
    private MemoryTransport peer = new MemoryTransport();
    private Session session;

    @AfterEach
    void end() {
        sessions.close();
    }

    private static WebSocketConfig config(int closeMillis) {
        return new WebSocketConfig(
                1 << 20,
                READ_AHEAD,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofMillis(closeMillis),
                Duration.ZERO,
                Duration.ofSeconds(5),
                Duration.ZERO,
                EchoServer.COMPRESSION);
    }

    private void open(Optional<PerMessageDeflate> deflate) {
        peer = new MemoryTransport();
        session = sessions.open(peer, config(5000), deflate);
        peer.session = session;
    }

    private void open() {
        open(Optional.empty());
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

    private static byte[] read(RawStream raw, int count) throws InterruptedException {
        byte[] bytes = new byte[count];
        int at = 0;
        while (at < count) {
            int more = raw.read(bytes, at, count - at);
            if (more < 0) {
                return Arrays.copyOf(bytes, at);
            }
            at += more;
        }
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What frames mean, one line each. */
    private static List<String> meaning(byte[] frames) throws ProtocolException {
        var lines = new ArrayList<String>();
        // Decoding unmasks in place.
        new FrameDecoder(false)
                .decode(ByteBuffer.wrap(frames.clone()), new MessageReader(1 << 20, null, new Lines(lines)));
        return lines;
    }

    private record Lines(List<String> lines) implements MessageReader.Events {

        @Override
        public void message(Message message) {
            lines.add((message.text() ? "text " : "binary ") + message.string());
        }

        @Override
        public void ping(byte[] data) {
            lines.add("ping " + new String(data, StandardCharsets.UTF_8));
        }

        @Override
        public void pong(byte[] data) {
            lines.add("pong " + new String(data, StandardCharsets.UTF_8));
        }

        @Override
        public void close(CloseStatus status) {
            lines.add("close " + status.code() + " " + status.reason());
        }
    }

    @Test
    void whereverTheFramesAreCutTheHandlerGetsAllOfThemThatItHasNotTaken() throws Exception {
        byte[] frames = Frames.join(
                Frames.text("one"),
                Frames.masked(0x01, utf8("f\u00fc")),
                Frames.masked(0x8A, utf8("unasked")),
                Frames.masked(0x00, utf8("nf")),
                Frames.masked(0x80, utf8(" pieces")),
                Frames.masked(0x82, new byte[300]),
                Frames.masked(0x02),
                Frames.masked(0x80),
                Frames.close(3000, "bye"));
        var expected = meaning(frames);
        expected.remove("pong unasked");
        for (int cut = 0; cut <= frames.length; cut++) {
            open();
            byte[] first = Arrays.copyOf(frames, cut);
            peer.arrive(first);
            var raw = handler(session::raw).get();
            peer.arrive(Arrays.copyOfRange(frames, cut, frames.length));
            peer.endInput();
            byte[] got = handler(() -> read(raw, 10_000)).get();
            // Where a pong stood among the messages, or that it came, is known to nobody afterwards.
            assertThat(meaning(got))
                    .as("cut at %d", cut)
                    .filteredOn(line -> !line.equals("pong unasked"))
                    .isEqualTo(expected);
            assertThat(peer.sent()).isEmpty();
        }
    }

    @Test
    void aPingIsAnsweredBeforeTheHandOverAndAHandlersAffairAfterIt() throws Exception {
        open();
        peer.arrive(Frames.masked(0x89, utf8("a")));
        SessionTest.eventually(() -> assertThat(peer.sent()).hasSize(1));
        var raw = handler(session::raw).get();
        byte[] ping = Frames.masked(0x89, utf8("b"));
        peer.arrive(ping, Frames.masked(0xF9, (byte) 0), Frames.text("x"));
        assertThat(read(raw, ping.length)).isEqualTo(ping);
        assertThat(peer.sent()).extracting(Object::toString).containsExactly("8a:a");
        assertThat(session.isRaw()).isTrue();
    }

    @Test
    void thePongToAHandlersPingIsThereToBeRead() throws Exception {
        open();
        session.ping(utf8("p"));
        peer.arrive(Frames.masked(0x8A, utf8("p")));
        var message = handler(session::receive);
        peer.arrive(Frames.text("x"));
        message.get();
        session.ping(utf8("q"));
        peer.arrive(Frames.masked(0x8A, utf8("q")), Frames.masked(0x89));
        SessionTest.eventually(() -> assertThat(peer.sent()).hasSize(3));
        var raw = handler(session::raw).get();
        peer.endInput();
        assertThat(meaning(read(raw, 1000))).containsExactly("pong q");
    }

    @Test
    void aCompressedMessageUnderWayIsInflatedToItsEndAndTheNextIsTheHandlers() throws Exception {
        var deflate = new PerMessageDeflate(15, true, true, "permessage-deflate");
        open(Optional.of(deflate));
        var deflater = new Deflater(6, true);
        byte[] hello = compressed(deflater, "Hello".repeat(20));
        byte[] again = compressed(deflater, "Hello".repeat(20));
        // The second one refers to the first.
        assertThat(again.length).isLessThan(hello.length);
        byte[] frame = Frames.masked(0xC1, hello);
        peer.arrive(Arrays.copyOf(frame, 9));
        SessionTest.eventually(() -> assertThat(peer.unread()).isZero());
        var coming = handler(session::raw);
        peer.arrive(Arrays.copyOfRange(frame, 9, frame.length));
        var raw = coming.get();
        assertThat(meaning(read(raw, 6 + 100))).containsExactly("text " + "Hello".repeat(20));
        byte[] next = Frames.masked(0xC1, again);
        peer.arrive(next);
        assertThat(read(raw, next.length)).isEqualTo(next);
        assertThat(raw.inflates()).isTrue();
        assertThat(raw.inflate(again, 100)).isEqualTo(utf8("Hello".repeat(20)));
        byte[] more = compressed(deflater, "x".repeat(101));
        assertThatThrownBy(() -> raw.inflate(more, 100))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(1009));
    }

    private static byte[] compressed(Deflater deflater, String text) {
        deflater.setInput(utf8(text));
        byte[] to = new byte[1000];
        int size = deflater.deflate(to, 0, to.length, Deflater.SYNC_FLUSH);
        return Arrays.copyOf(to, size - 4);
    }

    @Test
    void bytesGoOutInOrderWithFramesAndWaitForTheSocket() throws Exception {
        open();
        peer.window(10);
        session.send("five.");
        var raw = handler(session::raw).get();
        var written = handler(() -> {
            raw.write(new byte[] {(byte) 0x82, 20, 1});
            raw.write(new byte[19]);
            return null;
        });
        SessionTest.eventually(
                () -> assertThat(peer.isFull() || written.isDone()).isTrue());
        assertThat(written).isNotDone();
        peer.window(Long.MAX_VALUE);
        written.get();
        assertThat(peer.sent()).hasSize(2);
        assertThat(peer.sent().getLast().payload()).hasSize(20).startsWith(1, 0);
        session.drop();
        assertThatThrownBy(() -> raw.write(new byte[1])).isInstanceOf(SessionClosedException.class);
        assertThat(raw.read(new byte[1], 0, 1)).isEqualTo(-1);
    }

    @Test
    void aMessageThatWaitsForItsEndHoldsNoBytesUp() throws Exception {
        open();
        session.send("begun", false);
        handler(() -> {
                    session.raw().write(new byte[] {(byte) 0x80, 1, 'x'});
                    return null;
                })
                .get();
        assertThat(peer.sent()).extracting(Object::toString).containsExactly("1:begun", "80:x");
    }

    @Test
    void readingStopsAtTheMarkUntilTheHandlerHasTakenSome() throws Exception {
        open();
        var raw = handler(session::raw).get();
        peer.arrive(new byte[50 * READ_AHEAD]);
        SessionTest.eventually(() -> assertThat(peer.isReading()).isFalse());
        assertThat(peer.unread()).isGreaterThan(40 * READ_AHEAD);
        assertThat(handler(() -> read(raw, 50 * READ_AHEAD)).get()).hasSize(50 * READ_AHEAD);
    }

    @Test
    void whoWaitsForAMessageIsToldThatThereAreNoneAnyMore() throws Exception {
        open();
        var message = handler(session::take);
        var raw = handler(session::raw).get();
        assertThat(message.get()).isNull();
        assertThat(session.isRaw()).isTrue();
        assertThat(handler(session::raw).get()).isSameAs(raw);
    }

    @Test
    void aCloseThatNobodyHasAnsweredIsThereToBeReadAndThenTheEnd() throws Exception {
        open();
        peer.arrive(Frames.text("last"), Frames.close(3001, "bye"));
        SessionTest.eventually(() -> assertThat(session.peerClose()).isPresent());
        var raw = handler(session::raw).get();
        assertThat(meaning(read(raw, 1000))).containsExactly("text last", "close 3001 bye");
        assertThat(peer.sent()).isEmpty();
    }

    @Test
    void whatALostPeerHasSentIsStillRead() throws Exception {
        open();
        peer.arrive(Frames.text("last"));
        peer.endInput();
        SessionTest.eventually(() -> assertThat(peer.isClosed()).isTrue());
        assertThat(meaning(read(handler(session::raw).get(), 1000))).containsExactly("text last");
    }

    @Test
    void aReadEndsWhenThePeerDoesNotAnswerAClose() throws Exception {
        session = sessions.openRaw(peer, config(100));
        peer.session = session;
        var raw = session.raw();
        var end = handler(() -> raw.read(new byte[1], 0, 1));
        raw.closing();
        assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo(-1);
    }

    @Test
    void hangingUpShutsThisSideDownAndDiscardsWhatThePeerStillSends() throws Exception {
        open();
        session.send("last");
        session.hangUp();
        assertThat(peer.isShutdown()).isTrue();
        assertThat(peer.isClosed()).isFalse();
        peer.arrive(Frames.text("late"), Frames.masked(0x89));
        SessionTest.eventually(() -> assertThat(peer.unread()).isZero());
        peer.endInput();
        SessionTest.eventually(() -> assertThat(peer.isClosed()).isTrue());
        assertThat(peer.sent()).extracting(Object::toString).containsExactly("81:last");
        assertThat(session.receive()).isNull();
    }

    @Test
    void aPeerThatStaysIsNotWaitedForLong() throws Exception {
        session = sessions.openRaw(peer, config(5000));
        peer.session = session;
        session.hangUp();
        SessionTest.eventually(() -> assertThat(peer.isClosed()).isTrue());
        // The peer sees the end a moment before it is noted.
        SessionTest.eventually(() -> assertThat(sessions.size()).isZero());
    }

    @Test
    void aSessionOfBytesIsSentAwayWithAClose() throws Exception {
        session = sessions.openRaw(peer, config(5000));
        peer.session = session;
        session.goAway();
        SessionTest.eventually(
                () -> assertThat(peer.sent()).extracting(Object::toString).containsExactly("88:\u0003\u00e9"));
        assertThatThrownBy(() -> session.raw().write(new byte[1])).isInstanceOf(SessionClosedException.class);
        assertThat(session.raw()).isNotNull();
    }
}
