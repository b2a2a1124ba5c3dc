package io.wshd.websocket;

import io.wshd.config.WebSocketConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bytes of a connection without any framing, for a handler that makes and reads its frames itself: nothing is
 * answered, checked or sent on the handler's behalf any more. An I/O thread fills what one handler's thread takes; any
 * thread writes. What was received and not taken is bounded by read-ahead, and reading stops there.
 */
public final class RawStream {

    /** Buffers read in one call, so that one connection does not hold up the others. */
    private static final int ROUNDS = 16;

    private final Transport transport;
    private final Outbound out;
    private final Closing closing;
    private final int readAhead;
    private final long closeTimeout;

    /** Null when the peer's messages are not compressed, or this stream has had them from the start. */
    private final MessageInflater inflater;

    private final Queue<ByteBuffer> chunks = new ConcurrentLinkedQueue<>();
    private final ReentrantLock taking = new ReentrantLock();
    private final AtomicLong held = new AtomicLong();
    private final AtomicBoolean suspended = new AtomicBoolean();

    /** The thread that holds {@link #taking} and parks, or is about to. */
    private volatile Thread parked;

    private volatile boolean ended;
    private volatile boolean discarding;

    /** When reads end though the stream has not; 0 for never. */
    private volatile long deadline;

    RawStream(Transport transport, Outbound out, Closing closing, WebSocketConfig config, MessageInflater inflater) {
        this.transport = transport;
        this.out = out;
        this.closing = closing;
        this.readAhead = config.readAhead();
        this.closeTimeout = config.closeTimeout().toNanos();
        this.inflater = inflater;
    }

    /**
     * Takes what is there, at least one byte; parks until there is one.
     *
     * @return the number of bytes, or -1 at the end of the stream
     */
    public int read(byte[] to, int at, int count) throws InterruptedException {
        if (count == 0) {
            return 0;
        }
        taking.lockInterruptibly();
        try {
            while (true) {
                ByteBuffer chunk = chunks.peek();
                if (chunk != null) {
                    return take(chunk, to, at, count);
                }
                long left = left();
                if (ended && chunks.isEmpty() || left <= 0) {
                    return -1;
                }
                await(left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        } finally {
            taking.unlock();
        }
    }

    /**
     * Writes bytes as they are, after what was sent before. Parks while the socket is full; past the send deadline the
     * connection is dropped.
     *
     * @throws SessionClosedException when the connection is lost or closed; the bytes may have left in part
     */
    public void write(byte[] bytes) throws SessionClosedException, InterruptedException {
        out.sendRaw(bytes);
    }

    /** The handler has sent a Close frame: from now on, reads end after close-timeout. */
    public void closing() {
        deadline = System.nanoTime() + closeTimeout | 1;
        LockSupport.unpark(parked);
    }

    /**
     * Inflates a message that the peer has compressed, where the session had begun to do so before.
     *
     * @param limit bytes that the result may have
     * @throws ProtocolException 1009 past the limit, 1007 for what is no DEFLATE
     */
    public byte[] inflate(byte[] message, int limit) throws ProtocolException {
        var inflated = new Inflated();
        var reader = new MessageReader(limit, inflater, inflated);
        reader.frame(Opcode.BINARY, true, true, message.length, message.length);
        reader.payload(ByteBuffer.wrap(message), message.length);
        reader.end();
        return inflated.data;
    }

    /** Whether {@link #inflate} can be called. */
    public boolean inflates() {
        return inflater != null;
    }

    /** Adds bytes behind those received. One thread at a time, before or on the I/O thread. */
    void put(byte[] bytes) {
        if (bytes.length > 0) {
            held.addAndGet(bytes.length);
            chunks.add(ByteBuffer.wrap(bytes));
            LockSupport.unpark(parked);
        }
    }

    /** No bytes come any more. Any thread; may be called again. */
    void end() {
        ended = true;
        LockSupport.unpark(parked);
    }

    /** From now on, what the peer sends is read and thrown away. Any thread. */
    void discard() {
        discarding = true;
        end();
    }

    /**
     * The transport has something to read. I/O thread.
     *
     * @param scratch as {@link Session#onReadable(ByteBuffer)} has it
     * @return false when the connection is to be dropped
     */
    boolean onReadable(ByteBuffer scratch) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            scratch.clear();
            int count = transport.read(scratch);
            if (count < 0) {
                transport.suspendReads();
                end();
                return !discarding;
            }
            if (count == 0) {
                return true;
            }
            if (!received(scratch.flip())) {
                return false;
            }
            if (suspended.get() || count < scratch.capacity()) {
                return true;
            }
        }
        transport.wakeupReads();
        return true;
    }

    private boolean received(ByteBuffer from) {
        if (discarding) {
            return closing.mayDrain(from.remaining());
        }
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        put(bytes);
        if (held.get() >= readAhead) {
            transport.suspendReads();
            suspended.set(true);
            // The taker may have emptied it before it could see the flag.
            makeRoom();
        }
        return true;
    }

    private int take(ByteBuffer chunk, byte[] to, int at, int count) {
        int taken = Math.min(count, chunk.remaining());
        chunk.get(to, at, taken);
        if (!chunk.hasRemaining()) {
            chunks.remove();
        }
        held.addAndGet(-taken);
        makeRoom();
        return taken;
    }

    private void makeRoom() {
        if (suspended.get() && held.get() <= readAhead / 2 && suspended.compareAndSet(true, false)) {
            transport.resumeReads();
        }
    }

    private long left() {
        long until = deadline;
        return until == 0 ? Long.MAX_VALUE : until - System.nanoTime();
    }

    private void await(long nanos) {
        parked = Thread.currentThread();
        if (chunks.isEmpty() && !ended && (deadline == 0) == (nanos == Long.MAX_VALUE)) {
            LockSupport.parkNanos(this, nanos);
        }
        parked = null;
    }

    private static final class Inflated implements MessageReader.Events {

        private byte[] data;

        @Override
        public void message(Message message) {
            data = message.data();
        }

        @Override
        public void ping(byte[] data) {
            // Only a message comes.
        }

        @Override
        public void pong(byte[] data) {
            // Only a message comes.
        }

        @Override
        public void close(CloseStatus status) {
            // Only a message comes.
        }
    }
}
