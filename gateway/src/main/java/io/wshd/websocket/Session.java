package io.wshd.websocket;

import io.wshd.config.Compatibility;
import io.wshd.config.WebSocketConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket connection after its handshake, as a handler sees it (RFC 6455 sections 5 to 7). Thread-safe; the
 * methods that park are for virtual threads. An I/O thread decodes what arrives, answers pings, and notices a Close
 * frame or the end of the stream, whatever the handler does meanwhile; nothing here blocks it.
 *
 * <p>What is bounded where: a message, inflated, by {@link MessageReader}, the messages waiting by {@link Inbox} and the
 * suspended reads here, the frames waiting by {@link Outbound}, and every wait by the sweep of {@link Sessions}.
 */
public final class Session {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    /** Buffers read in one call of {@link #onReadable}, so that one connection does not hold up the others. */
    private static final int ROUNDS = 16;

    private final Transport transport;
    private final WebSocketConfig config;
    private final Sessions sessions;
    private final SessionMetrics metrics;
    private final FrameDecoder decoder;
    private final MessageReader reader;

    /** Null without compression. */
    private final MessageInflater inflater;

    private final Inbox inbox = new Inbox();
    private final Outbound out;
    private final Keepalive keepalive;
    private final Closing closing;

    /** Whether reads are suspended because the handler is behind. */
    private final AtomicBoolean suspended = new AtomicBoolean();

    private final AtomicBoolean over = new AtomicBoolean();
    private final CountDownLatch end = new CountDownLatch(1);

    private volatile UnaryOperator<CloseStatus> answer = UnaryOperator.identity();

    /** Null until the handler pings, or wants the connection's bytes. */
    private volatile RawMode rawMode;

    /**
     * @param deflate null without compression
     */
    Session(Transport transport, WebSocketConfig config, PerMessageDeflate deflate, Sessions sessions) {
        this.transport = transport;
        this.config = config;
        this.sessions = sessions;
        this.metrics = sessions.metrics();
        CompressorPool pool = sessions.compressors();
        this.decoder = new FrameDecoder(deflate != null);
        this.inflater = deflate == null ? null : new MessageInflater(deflate, config.compression(), pool);
        this.reader = new MessageReader(config.maxMessage(), inflater, new Incoming());
        var deflater = deflate == null ? null : new MessageDeflater(deflate, config.compression(), pool);
        this.out = new Outbound(transport, config.sendDeadline(), deflater, metrics, new Outgoing());
        this.keepalive = new Keepalive(config, out, System.nanoTime());
        this.closing = new Closing(config.closeTimeout(), config.compatibility() == Compatibility.PYWEBSOCKET);
    }

    /**
     * Waits for the next message. Parks. When no more messages will come because the peer has closed, the Close frame
     * is answered here.
     *
     * @return null when no more messages will come; {@link #peerClose} tells why
     */
    public Message receive() throws InterruptedException {
        Message message = take();
        if (message == null) {
            answerClose();
        }
        return message;
    }

    /** As {@link #receive}, but leaves the peer's Close frame to be answered by {@link #answerClose}. Parks. */
    public Message take() throws InterruptedException {
        closing.receiving();
        return taken(inbox.take());
    }

    /** The next message, or null if there is none now; see {@link #isExhausted}. Never parks, never answers a Close. */
    public Message poll() {
        closing.receiving();
        return taken(inbox.poll());
    }

    /** Whether every message has been taken and no more will come. */
    public boolean isExhausted() {
        return inbox.isExhausted();
    }

    /**
     * Calls once when {@link #poll} is worth a call or the session {@link #isExhausted}: perhaps at once, perhaps on an
     * I/O thread, so it must be quick and must not throw. Replaces a callback that was not called yet.
     */
    public void onReadable(Runnable once) {
        closing.receiving();
        inbox.onReadable(once);
    }

    /**
     * The status of the peer's Close frame, with code 1005 if it had none. Empty before it came; empty for good when
     * messages ended without one, which is code 1006 to whoever reports it.
     */
    public Optional<CloseStatus> peerClose() {
        return Optional.ofNullable(closing.peer());
    }

    /**
     * Why the session was failed, with the code of the Close frame that says so, once the peer has broken the protocol
     * (RFC 6455 section 7.1.7). What came before that is still to be taken, and may still be answered.
     */
    public Optional<CloseStatus> failure() {
        return Optional.ofNullable(closing.failure());
    }

    /**
     * Sets how {@link #receive} answers the peer's Close frame: given its status, returns the status to answer with, or
     * 1005 for a frame without one. Runs on the receiving thread, at most once. Without it the peer's own status goes
     * back, as it does when the handler is too late or has ended.
     */
    public void answerCloseWith(UnaryOperator<CloseStatus> answer) {
        this.answer = answer;
    }

    /** Answers the peer's Close frame as {@link #answerCloseWith} set it, if that has not been done. Does not park. */
    public void answerClose() {
        CloseStatus status = closing.peer();
        if (status == null || !closing.answering()) {
            return;
        }
        closing.begun();
        boolean answered = false;
        try {
            startClosing(answer.apply(status));
            answered = true;
        } finally {
            if (!answered) {
                startClosing(status);
            }
        }
    }

    /**
     * Sends a message, compressed if that was negotiated and it is long enough. Parks while the socket is full; past
     * the send deadline the connection is dropped. Messages of several threads never mix: while one thread's message is
     * unfinished, the others wait.
     *
     * @throws SessionClosedException when the session is closing or lost; the message may have left in part
     * @throws InterruptedException only before the first byte has left
     */
    public void send(Message message) throws SessionClosedException, InterruptedException {
        send(message.text(), message.data(), true);
    }

    /** Sends text in one frame; a lone surrogate becomes U+FFFD. Otherwise as {@link #send(Message)}. */
    public void send(String text) throws SessionClosedException, InterruptedException {
        send(text, true);
    }

    /**
     * Sends a piece of a message in a frame of its own. The first piece opens the message and decides by its length
     * whether all are compressed, the last one has {@code fin}, and all come from the same thread.
     *
     * @param data if {@code text}, the pieces together must be UTF-8: this is not checked
     * @throws IllegalStateException if the message was begun with another type, or another thread has left its message
     *     unfinished for the whole send deadline
     */
    public void send(boolean text, byte[] data, boolean fin) throws SessionClosedException, InterruptedException {
        sending();
        out.send(OutgoingFrame.of(text, data, fin));
    }

    /** As {@link #send(boolean, byte[], boolean)}; no piece may end within a surrogate pair. */
    public void send(String text, boolean fin) throws SessionClosedException, InterruptedException {
        sending();
        out.send(OutgoingFrame.of(text, fin));
    }

    /**
     * Sends a message without parking. What the socket does not take at once is kept, one message at most, and written
     * by the I/O thread.
     *
     * @return false, with nothing sent, while an earlier message is not taken by the socket; see {@link #onSendable}
     */
    public boolean trySend(Message message) throws SessionClosedException {
        sending();
        return out.trySend(OutgoingFrame.of(message.text(), message.data(), true));
    }

    /** As {@link #trySend(Message)}. */
    public boolean trySend(String text) throws SessionClosedException {
        sending();
        return out.trySend(OutgoingFrame.of(text, true));
    }

    /** Calls once when {@link #trySend} is worth a call; otherwise as {@link #onReadable}. */
    public void onSendable(Runnable once) {
        out.onSendable(once);
    }

    /**
     * Sends a ping, in place of an earlier one that has not left yet. Does not park.
     *
     * @param data at most 125 bytes
     */
    public void ping(byte[] data) throws SessionClosedException {
        checkControl(data);
        rawMode();
        out.ping(data);
    }

    /** Sends a pong that no ping asked for (RFC 6455 section 5.5.3), behind those that wait. Does not park. */
    public void pong(byte[] data) throws SessionClosedException {
        checkControl(data);
        out.pong(data);
    }

    /**
     * Closes the session; does nothing if that has begun already. Messages that arrive from now on are discarded.
     *
     * @param code sendable, or 1005 for a Close frame without one
     * @param reason at most {@link CloseStatus#MAX_REASON} bytes as UTF-8
     * @param waitForPeer whether to park until the peer has answered and the connection has ended, or close-timeout
     *     has passed; if not, that happens by itself
     * @throws IllegalArgumentException for a code or reason that cannot be sent
     */
    public void close(int code, String reason, boolean waitForPeer) throws InterruptedException {
        startClosing(new CloseStatus(code, reason));
        if (waitForPeer && !awaitEnd(config.closeTimeout())) {
            drop();
        }
    }

    /** Sends Close 1001 and lets the rest happen by itself, within close-timeout. Does not park. */
    public void goAway() {
        startClosing(new CloseStatus(CloseStatus.GOING_AWAY, ""));
    }

    /** Ends the connection at once, without a Close frame. Does not park. */
    public void drop() {
        finish();
    }

    /**
     * Ends the connection behind what was sent, without a Close frame: this side is shut down, and what the peer still
     * sends is discarded for a bounded time, lest a TCP reset overtakes the last bytes. Does not park.
     */
    public void hangUp() {
        if (over.get()) {
            return;
        }
        closing.draining();
        rawMode().give(rawStream());
        rawMode().stream().discard();
        inbox.end();
        out.abort();
        transport.shutdownWrites();
        transport.wakeupReads();
    }

    /**
     * The connection's bytes, for a handler that frames them itself: from the first call on, nothing is framed, answered
     * or judged here any more, and no keep-alive pings are sent. What was decoded and not taken stands in front, as
     * frames; pings among it have been answered and are left out. Parks until the I/O thread has let go.
     */
    public RawStream raw() throws InterruptedException {
        CompletableFuture<RawStream> handover = rawMode().want();
        // Only what comes next may end a compressed message that is under way.
        resume();
        if (over.get()) {
            handOver();
        } else {
            transport.wakeupReads();
        }
        try {
            return handover.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Whether {@link #raw} has been given, so that no messages come any more. */
    public boolean isRaw() {
        return rawMode != null && rawMode.stream() != null;
    }

    /**
     * Writes the answer to the handshake and begins to read. Parks while the socket is full.
     *
     * @throws SessionClosedException when the client has gone
     */
    public void begin(byte[] head) throws SessionClosedException, InterruptedException {
        out.sendRaw(head);
        transport.wakeupReads();
    }

    /** Notes what the peer's Close frame said, where the handler reads it itself. */
    public void peerClosed(CloseStatus status) {
        closing.peerClosed(status);
    }

    /** Parks until the connection has ended, at most so long; returns whether it has. */
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return end.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whether data can still be sent. */
    public boolean isOpen() {
        return out.isOpen();
    }

    /** The peer's address, for log lines. */
    public String peer() {
        return transport.peer();
    }

    /**
     * The transport has something to read, or its end. I/O thread.
     *
     * @param scratch a direct buffer, big-endian, whose content is of no use afterwards; nothing of it is kept
     */
    public void onReadable(ByteBuffer scratch) {
        if (rawMode != null && readRaw(scratch)) {
            return;
        }
        if (closing.peer() != null || closing.isFailed() && !out.isCloseSent()) {
            transport.suspendReads();
            return;
        }
        try {
            for (int round = 0; round < ROUNDS; round++) {
                scratch.clear();
                int count = transport.read(scratch);
                if (count < 0) {
                    endOfStream();
                    return;
                }
                if (count == 0) {
                    return;
                }
                keepalive.heard();
                if (closing.isFailed()) {
                    if (!closing.mayDrain(count)) {
                        finish();
                        return;
                    }
                } else {
                    decoder.decode(scratch.flip(), reader);
                    if (closing.peer() != null || suspended.get()) {
                        return;
                    }
                    if (isHandoverDue()) {
                        // Perhaps this was the end of the compressed message that it waits for.
                        transport.wakeupReads();
                        return;
                    }
                }
                if (count < scratch.capacity()) {
                    return;
                }
            }
            transport.wakeupReads();
        } catch (ProtocolException e) {
            fail(config.compatibility() == Compatibility.PYWEBSOCKET ? e.asPywebsocket() : e);
        } catch (IOException e) {
            lost(e);
        }
    }

    /** The transport takes bytes again. I/O thread. */
    public void onWritable() {
        out.onWritable();
    }

    /** The transport was closed by someone else. Any thread. */
    public void onClosed() {
        finish();
    }

    /** Looks at everything that depends on time. Called by the sweep only. */
    void sweep(long now) {
        if (closing.isOverdue(now)) {
            LOG.debug("{}: dropped, the closing handshake took too long", peer());
            finish();
        } else if (out.isOverdue(now)) {
            overdue();
        } else if (isRaw()) {
            // The handler's own affair.
            return;
        } else if (closing.isAnswerDue(now, inbox.isEmpty())) {
            answerItself();
        } else if (closing.peer() == null && !keepalive.check(now, suspended.get() || closing.isFailed())) {
            LOG.info(
                    "{}: dropped, nothing came within {} s of a ping (websocket.ping-timeout)",
                    peer(),
                    config.pingTimeout().toSeconds());
            metrics.pingTimeout();
            finish();
        } else if (out.isOpen() && keepalive.isIdle(now)) {
            LOG.debug(
                    "{}: closed, no message for {} s (websocket.idle-timeout)",
                    peer(),
                    config.idleTimeout().toSeconds());
            metrics.idleTimeout();
            startClosing(new CloseStatus(CloseStatus.GOING_AWAY, "idle"));
        }
    }

    /** What follows from a call of the handler that got this message, or null if there is none. */
    private Message taken(Message message) {
        if (message != null) {
            if (rawMode != null) {
                rawMode.taken();
            }
            makeRoom();
        } else if (closing.isFailed() && inbox.isExhausted()) {
            startClosing(closing.failure());
        }
        return message;
    }

    private void sending() {
        closing.sending();
        keepalive.used();
    }

    private void makeRoom() {
        if (suspended.get() && inbox.held() <= config.readAhead() / 2) {
            resume();
        }
    }

    private void resume() {
        if (suspended.compareAndSet(true, false)) {
            transport.resumeReads();
        }
    }

    /** Begins to close, with the code of a failure if there was one: the peer should learn of that first of all. */
    private void startClosing(CloseStatus status) {
        byte[] payload = (closing.isFailed() ? closing.failure() : status).payload();
        closing.begun();
        // The flag decides what becomes of new messages; only then may reading go on past the mark.
        if (out.close(payload)) {
            resume();
        }
    }

    private void answerItself() {
        if (closing.answering()) {
            startClosing(closing.isFailed() ? closing.failure() : closing.peer());
        }
    }

    /**
     * Nothing more of the peer is processed. Its messages before that were legal, so the handler takes and answers them
     * first, as it would if it read the bytes itself; the Close frame leaves when it asks for more.
     */
    private void fail(ProtocolException e) {
        LOG.debug("{}: failed with {}: {}", peer(), e.code(), e.getMessage());
        transport.suspendReads();
        boolean waiting = inbox.isAwaited();
        // Before the handler learns of it, whose own Close frame would pass for one from before the failure.
        boolean said = out.isCloseSent();
        closing.fail(new CloseStatus(e.code(), e.getMessage()));
        inbox.end();
        if (said) {
            // Nothing more can be said.
            finish();
        } else if (waiting || closing.isAnswerDue(System.nanoTime(), inbox.isEmpty())) {
            startClosing(closing.failure());
        }
    }

    private void endOfStream() {
        // Behind a Close frame, the peer's or one on its way to it, the peer may have shut down no more than its half.
        if (closing.peer() == null && !(closing.isFailed() && !out.isCloseSent())) {
            lost(null);
        }
    }

    private void lost(IOException cause) {
        LOG.debug("{}: lost{}", peer(), cause == null ? ", end of stream without a Close frame" : ": " + cause);
        finish();
    }

    private void overdue() {
        LOG.info(
                "{}: dropped, a send did not get past a full socket in {} s (websocket.send-deadline)",
                peer(),
                config.sendDeadline().toSeconds());
        metrics.sendTimeout();
        finish();
    }

    private synchronized RawMode rawMode() {
        if (rawMode == null) {
            rawMode = new RawMode();
        }
        return rawMode;
    }

    private boolean isHandoverDue() {
        return rawMode != null && rawMode.isDue();
    }

    private RawStream rawStream() {
        return new RawStream(transport, out, closing, config, inflater);
    }

    /** Makes this a session of raw bytes before anything was read. */
    void beginRaw() {
        rawMode().give(rawStream());
    }

    /** Reads for a handler that frames itself; false if the session frames. I/O thread. */
    private boolean readRaw(ByteBuffer scratch) {
        if (isHandoverDue() && !reader.isInflating(decoder)) {
            handOver();
        }
        RawStream stream = rawMode.stream();
        if (stream == null) {
            return false;
        }
        try {
            if (!stream.onReadable(scratch)) {
                finish();
            }
        } catch (IOException e) {
            lost(e);
        }
        return true;
    }

    /** Gives the input back as bytes. On the I/O thread, or when the connection is over. */
    private synchronized void handOver() {
        if (rawMode.stream() != null) {
            return;
        }
        RawStream stream = rawStream();
        var unread = new Unread();
        for (Message message; (message = inbox.poll()) != null; ) {
            unread.add(message);
        }
        rawMode.addPongs(unread);
        CloseStatus peer = closing.peer();
        if (peer != null && closing.answering()) {
            unread.add(Opcode.CLOSE, true, peer.payload());
        } else if (closing.isFailed()) {
            startClosing(closing.failure());
        } else if (!over.get()) {
            reader.giveBack(decoder, unread);
        }
        stream.put(unread.bytes());
        if (peer != null || closing.isFailed() || over.get()) {
            stream.end();
        }
        rawMode.give(stream);
        // Whoever waits for a message has to turn to the stream.
        inbox.end();
    }

    private void finish() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        out.abort();
        transport.close();
        inbox.end();
        if (inflater != null) {
            inflater.release();
        }
        if (isHandoverDue()) {
            handOver();
        }
        if (isRaw()) {
            rawMode.stream().end();
        }
        sessions.remove(this);
        metrics.ended(closing.code());
        end.countDown();
    }

    private void checkControl(byte[] data) throws SessionClosedException {
        if (data.length > 125) {
            throw new IllegalArgumentException("a control frame of " + data.length + " bytes; at most 125 are allowed");
        }
        out.checkOpen();
    }

    /** What the peer sent. I/O thread. */
    private final class Incoming implements MessageReader.Events {

        @Override
        public void message(Message message) {
            metrics.received(message.data().length);
            keepalive.used();
            if (!out.isOpen()) {
                return;
            }
            if (inbox.put(message) >= config.readAhead() && !suspended.get() && !isHandoverDue()) {
                transport.suspendReads();
                suspended.set(true);
                metrics.readAheadIsFull();
                // The handler may have taken everything, or closed, before it could see the flag.
                if (!out.isOpen()) {
                    resume();
                }
                makeRoom();
            }
        }

        @Override
        public void ping(byte[] data) {
            metrics.pinged();
            out.pong(data);
        }

        @Override
        public void pong(byte[] data) {
            // That it arrived is all that it says, unless the handler turns to reading frames itself.
            if (rawMode != null) {
                rawMode.pong(data);
            }
        }

        @Override
        public void close(CloseStatus status) {
            transport.suspendReads();
            closing.peerClosed(status);
            inbox.end();
            if (out.isCloseSent()) {
                finish();
            } else if (closing.isAnswerDue(System.nanoTime(), inbox.isEmpty())) {
                answerItself();
            }
        }
    }

    private final class Outgoing implements Outbound.Events {

        @Override
        public void closeSent() {
            if (closing.peer() != null) {
                finish();
            } else if (closing.isFailed()) {
                closing.draining();
                transport.shutdownWrites();
                transport.resumeReads();
            }
        }

        @Override
        public void broken(IOException cause) {
            lost(cause);
        }

        @Override
        public void overdue() {
            Session.this.overdue();
        }
    }
}
