package io.wshd.proxy;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/**
 * Moves bytes from one channel to another until the first ends, then ends the second. What the second does not take
 * stops the reading of the first. A buffer is held only for bytes that are on their way: ten thousand silent tunnels
 * hold none. Runs on the I/O thread that both channels share.
 */
abstract class Pump {

    /** Bytes moved at a time before others have their turn. */
    private static final long TURN = 1 << 20;

    private final StreamSourceChannel source;
    private final StreamSinkChannel sink;
    private final ByteBufferPool buffers;
    private final BooleanSupplier drained;
    private PooledByteBuffer held;
    private boolean empty;
    private boolean dirty = true;
    private boolean reading;
    private boolean writing;
    private boolean sourceEnded;
    private boolean stopped;

    /**
     * @param drained asked after a read that left space in the buffer: whether another one would be in vain, and the
     *     source announces what comes later
     */
    Pump(StreamSourceChannel source, StreamSinkChannel sink, ByteBufferPool buffers, BooleanSupplier drained) {
        this.source = source;
        this.sink = sink;
        this.buffers = buffers;
        this.drained = drained;
    }

    /** Bytes have arrived. */
    void read() {}

    /** So many bytes have left. */
    abstract void moved(long bytes);

    /** The source has ended and is not touched any more. The end has not been passed on. */
    void sourceEnded() {}

    /** All has left, the end included; the last call. */
    abstract void ended();

    abstract void readFailed(IOException e);

    abstract void writeFailed(IOException e);

    final void start() {
        source.getReadSetter().set(channel -> run());
        sink.getWriteSetter().set(channel -> run());
        run();
    }

    /** Ends the work without a word to either channel. */
    final void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (!sourceEnded) {
            source.suspendReads();
            source.getReadSetter().set(null);
        }
        suspendWrites();
        sink.getWriteSetter().set(null);
        release();
    }

    /** Whether the sink does not take what the source has. */
    final boolean blocked() {
        return writing;
    }

    private void run() {
        long turn = 0;
        while (!stopped) {
            if (held != null && !drain()) {
                return;
            }
            if (sourceEnded) {
                finish();
                return;
            }
            if (empty) {
                empty = false;
                if (flushed()) {
                    await();
                }
                return;
            }
            if (turn >= TURN) {
                source.getIoThread().execute(this::run);
                return;
            }
            turn += fill();
        }
    }

    private int fill() {
        held = buffers.allocate();
        var buffer = held.getBuffer();
        try {
            while (!sourceEnded && !empty && buffer.hasRemaining()) {
                int read = source.read(buffer);
                sourceEnded = read < 0;
                empty = read == 0 || buffer.hasRemaining() && drained.getAsBoolean();
            }
        } catch (IOException e) {
            stop();
            readFailed(e);
            return 0;
        }
        buffer.flip();
        int size = buffer.remaining();
        if (size == 0) {
            release();
        } else {
            read();
        }
        if (sourceEnded) {
            sourceEnded();
        }
        return size;
    }

    /** @return whether all has been written; otherwise it goes on when the sink takes more */
    private boolean drain() {
        var buffer = held.getBuffer();
        try {
            while (buffer.hasRemaining()) {
                int written = sourceEnded ? sink.writeFinal(buffer) : sink.write(buffer);
                if (stopped) {
                    return false;
                }
                if (written == 0) {
                    block();
                    return false;
                }
                dirty = true;
                moved(written);
            }
        } catch (IOException e) {
            fail(e);
            return false;
        }
        release();
        return true;
    }

    private void finish() {
        try {
            sink.shutdownWrites();
            if (!sink.flush()) {
                block();
                return;
            }
        } catch (IOException e) {
            fail(e);
            return;
        }
        stop();
        ended();
    }

    /** Before a silence: the other side must have all that there is, be it the headers alone. */
    private boolean flushed() {
        try {
            if (!dirty || sink.flush()) {
                dirty = false;
                return !stopped;
            }
        } catch (IOException e) {
            fail(e);
            return false;
        }
        // Tried again when there is room, after a look at what else has come.
        if (!writing) {
            writing = true;
            sink.resumeWrites();
        }
        return false;
    }

    private void await() {
        suspendWrites();
        if (!reading) {
            reading = true;
            source.resumeReads();
        }
    }

    private void block() {
        if (reading && !sourceEnded) {
            reading = false;
            source.suspendReads();
        }
        if (!writing) {
            writing = true;
            sink.resumeWrites();
        }
    }

    private void suspendWrites() {
        if (writing) {
            writing = false;
            sink.suspendWrites();
        }
    }

    private void fail(IOException e) {
        if (!stopped) {
            stop();
            writeFailed(e);
        }
    }

    private void release() {
        if (held != null) {
            held.close();
            held = null;
        }
    }
}
