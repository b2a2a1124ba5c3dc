package io.wshd.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sending half of a session: whole frames, from many threads, one at a time. Holds no queue: a sender parks until
 * the socket has taken its frame, and beside that there is room for a few pongs, one ping and one Close frame. These go out as soon as no frame is under way, written by whoever holds the lock or by the I/O thread.
 */
final class Outbound {

    /** What the session must react to. May be called with the lock held, so it must neither block nor send. */
    interface Events {

        /** The Close frame has left. */
        void closeSent();

        /** The stream broke. The session answers with {@link Outbound#abort}. */
        void broken(IOException cause);

        /** A send did not get past a full socket in time. The session answers with {@link Outbound#abort}. */
        void overdue();
    }

    /** Pongs that may wait; past it the oldest gives way, for only the latest has to be sent (RFC 6455 section 5.5.3). */
    static final int PONGS = 16;

    /** The most that goes to the socket in one call; the JDK keeps a direct buffer of that size for each thread. */
    static final int CHUNK = 64 * 1024;

    /** GONE is the end of a session whose closing had begun, LOST that of another. */
    private enum State {
        OPEN,
        CLOSING,
        CLOSE_SENT,
        GONE,
        LOST
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Transport transport;
    private final Events events;
    private final SessionMetrics metrics;
    private final MessageDeflater deflater;
    private final long deadlineNanos;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final AtomicReference<Runnable> callback = new AtomicReference<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition messageDone = lock.newCondition();

    /** The thread whose message is unfinished. Guarded by the lock, as the next three are. */
    private Thread author;

    private boolean authorsText;

    /** What is left of a frame that nobody waits for. */
    private ByteBuffer rest;

    private boolean restIsClose;

    /** When the socket first refused {@link #rest}; 0 if it did not. */
    private volatile long stuckSince;

    /** Pongs that have not left yet, at most {@link #PONGS}; added by one thread at a time. */
    private final Queue<byte[]> pongs = new ConcurrentLinkedQueue<>();

    private final AtomicReference<byte[]> ping = new AtomicReference<>();
    private final AtomicReference<byte[]> close = new AtomicReference<>();

    /** When the last ping was given to the socket. */
    private volatile long pingedAt;

    /** Set by whoever wants something written; whoever releases the lock looks here. */
    private volatile boolean wanted;

    /** The holder of the lock while it waits for the socket. */
    private volatile Thread parked;

    /**
     * @param deflater null to send everything as it is; guarded by the lock
     */
    Outbound(Transport transport, Duration deadline, MessageDeflater deflater, SessionMetrics metrics, Events events) {
        this.transport = transport;
        this.deflater = deflater;
        this.deadlineNanos = deadline.toNanos();
        this.metrics = metrics;
        this.events = events;
    }

    /**
     * Sends a message or a piece of one. Parks while the socket is full, and while another thread's message is
     * unfinished.
     *
     * @throws IllegalStateException if another thread leaves its message unfinished past the deadline, or this thread
     *     has begun a message of the other type
     */
    void send(OutgoingFrame frame) throws SessionClosedException, InterruptedException {
        lock.lockInterruptibly();
        try {
            awaitTurn();
            OutgoingFrame placed = placed(frame);
            if (!writeFrame(ByteBuffer.wrap(placed.head()), ByteBuffer.wrap(placed.tail()))) {
                throw closed();
            }
            finish(frame);
        } finally {
            unlock();
        }
    }

    /** Writes bytes that are no frame of this class's making, as {@link #send} writes frames. */
    void sendRaw(byte[] bytes) throws SessionClosedException, InterruptedException {
        lock.lockInterruptibly();
        try {
            checkOpen();
            // Whose message is unfinished is no longer this class's concern.
            author = null;
            if (!writeFrame(ByteBuffer.wrap(bytes), NOTHING)) {
                throw closed();
            }
        } finally {
            unlock();
        }
    }

    /**
     * Sends without parking.
     *
     * @return false, with nothing sent, if the socket has not yet taken what went before or another thread is sending
     */
    boolean trySend(OutgoingFrame frame) throws SessionClosedException {
        checkOpen();
        if (!lock.tryLock()) {
            return false;
        }
        try {
            writePending();
            checkOpen();
            if (rest != null || author != null && author != Thread.currentThread()) {
                return false;
            }
            rest = placed(frame).whole();
            finish(frame);
            writePending();
            return true;
        } finally {
            unlock();
        }
    }

    /** Calls once, from any thread, when {@link #trySend} is worth a try: perhaps at once. */
    void onSendable(Runnable once) {
        callback.set(once);
        flush();
    }

    /** Answers a ping. Does not block. */
    void pong(byte[] data) {
        pongs.offer(data);
        if (pongs.size() > PONGS) {
            pongs.poll();
        }
        flush();
    }

    /** Sends a ping, in place of one that has not left yet. Does not block. */
    void ping(byte[] data) {
        ping.set(data);
        flush();
    }

    /**
     * Sends the Close frame behind the frame that is under way; no data is accepted from now on. Does not block.
     *
     * @return false if that had happened before
     */
    boolean close(byte[] payload) {
        if (!state.compareAndSet(State.OPEN, State.CLOSING)) {
            return false;
        }
        close.set(payload);
        flush();
        return true;
    }

    /** The stream is gone: wakes and fails every sender. Does not block. */
    void abort() {
        state.updateAndGet(now -> now == State.OPEN || now == State.LOST ? State.LOST : State.GONE);
        LockSupport.unpark(parked);
        flush();
    }

    /** The stream takes bytes again. */
    void onWritable() {
        Thread thread = parked;
        if (thread != null) {
            LockSupport.unpark(thread);
        } else {
            flush();
        }
    }

    boolean isOpen() {
        return state.get() == State.OPEN;
    }

    boolean isCloseSent() {
        return state.get() == State.CLOSE_SENT;
    }

    /** Whether a frame that nobody waits for is not taken by the socket for longer than the deadline. */
    boolean isOverdue(long now) {
        long since = stuckSince;
        return since != 0 && now - since > deadlineNanos;
    }

    /** When the last ping was given to the socket, in nanoseconds; arbitrary before the first one. */
    long pingedAt() {
        return pingedAt;
    }

    /** Whether a ping waits to be written. */
    boolean isPingWaiting() {
        return ping.get() != null;
    }

    private void awaitTurn() throws SessionClosedException, InterruptedException {
        checkOpen();
        long left = deadlineNanos;
        while (author != null && author != Thread.currentThread()) {
            if (left <= 0) {
                throw new IllegalStateException("another thread has begun a message and not finished it for "
                        + Duration.ofNanos(deadlineNanos).toSeconds() + " s (websocket.send-deadline)");
            }
            left = messageDone.awaitNanos(left);
            checkOpen();
        }
    }

    /** The frame as it goes to the wire: compressed, and in its place within a fragmented message. */
    private OutgoingFrame placed(OutgoingFrame frame) {
        boolean first = author == null;
        if (!first && authorsText != frame.text()) {
            throw new IllegalStateException(
                    "the message begun is " + (authorsText ? "text" : "binary") + "; its continuation must be too");
        }
        OutgoingFrame placed = deflater == null ? frame : deflater.deflate(frame, first);
        if (!first) {
            placed.continues();
        }
        return placed;
    }

    private void finish(OutgoingFrame frame) {
        if (!frame.fin()) {
            author = Thread.currentThread();
            authorsText = frame.text();
        } else if (author != null) {
            author = null;
            messageDone.signalAll();
        }
        metrics.sent(frame.payloadSize(), frame.fin());
    }

    private boolean writeFrame(ByteBuffer head, ByteBuffer tail) {
        try {
            if (rest != null) {
                if (!writeFully(rest)) {
                    return false;
                }
                restTaken();
            }
            return writeFully(head) && (!tail.hasRemaining() || writeFully(tail));
        } catch (IOException e) {
            events.broken(e);
            return false;
        }
    }

    /** Writes all of it, parking while the socket is full; each chunk has the whole deadline. */
    private boolean writeFully(ByteBuffer from) throws IOException {
        long since = 0;
        long start = 0;
        int mark = from.position();
        boolean interrupted = false;
        while (!isGone() && !write(from)) {
            long now = System.nanoTime();
            if (start == 0 || from.position() - mark >= CHUNK) {
                since = now;
                mark = from.position();
            }
            start = start == 0 ? now : start;
            long left = deadlineNanos - (now - since);
            if (left <= 0) {
                events.overdue();
                break;
            }
            parked = Thread.currentThread();
            transport.resumeWrites();
            if (!isGone()) {
                LockSupport.parkNanos(this, left);
            }
            parked = null;
            // Half a frame cannot be taken back, so an interrupt waits until the frame is out.
            interrupted |= Thread.interrupted();
        }
        if (start != 0) {
            metrics.parked(System.nanoTime() - start);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !isGone();
    }

    private boolean write(ByteBuffer from) throws IOException {
        int end = from.limit();
        boolean taken;
        do {
            from.limit(Math.min(end, from.position() + CHUNK));
            try {
                taken = transport.write(from);
            } finally {
                from.limit(end);
            }
        } while (taken && from.hasRemaining());
        return taken;
    }

    private void unlock() {
        lock.unlock();
        if (wanted) {
            flush();
        }
    }

    /** Has pending frames written: by this thread if the lock is free, or else by its holder. */
    private void flush() {
        wanted = true;
        while (wanted && !lock.isHeldByCurrentThread() && lock.tryLock()) {
            Runnable once = null;
            try {
                wanted = false;
                writePending();
                if (rest == null || isGone()) {
                    once = callback.getAndSet(null);
                }
            } finally {
                lock.unlock();
            }
            if (once != null) {
                once.run();
            }
        }
    }

    private void writePending() {
        try {
            while (!isGone() && (rest != null || nextControl())) {
                if (!write(rest)) {
                    if (stuckSince == 0) {
                        stuckSince = System.nanoTime() | 1;
                    }
                    transport.resumeWrites();
                    break;
                }
                restTaken();
            }
        } catch (IOException e) {
            events.broken(e);
        }
        if (state.get() != State.OPEN) {
            messageDone.signalAll();
        }
        if (deflater != null && isGone()) {
            deflater.release();
        }
    }

    private boolean nextControl() {
        byte[] payload;
        if (state.get() == State.CLOSE_SENT) {
            return false;
        }
        if ((payload = pongs.poll()) != null) {
            rest = ByteBuffer.wrap(FrameEncoder.frame(Opcode.PONG, true, payload));
        } else if (ping.get() != null) {
            pingedAt = System.nanoTime();
            rest = ByteBuffer.wrap(FrameEncoder.frame(Opcode.PING, true, ping.getAndSet(null)));
            metrics.pinging();
        } else if ((payload = close.getAndSet(null)) != null) {
            restIsClose = true;
            rest = ByteBuffer.wrap(FrameEncoder.frame(Opcode.CLOSE, true, payload));
        }
        return rest != null;
    }

    private void restTaken() {
        rest = null;
        stuckSince = 0;
        if (restIsClose) {
            restIsClose = false;
            if (state.compareAndSet(State.CLOSING, State.CLOSE_SENT)) {
                events.closeSent();
            }
        }
    }

    private boolean isGone() {
        return state.get().compareTo(State.GONE) >= 0;
    }

    void checkOpen() throws SessionClosedException {
        if (state.get() != State.OPEN) {
            throw closed();
        }
    }

    private SessionClosedException closed() {
        return state.get() == State.LOST
                ? new SessionClosedException(true, "the connection is lost")
                : new SessionClosedException(false, "the session is closing");
    }
}
