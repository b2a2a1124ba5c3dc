package io.wshd.websocket;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A stream in memory with an I/O thread of its own, and a window that bounds what the peer takes. */
final class MemoryTransport implements Transport, AutoCloseable {

    private final ExecutorService io =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private byte[] input = new byte[0];
    private boolean inputEnded;
    private IOException broken;
    private boolean reading = true;
    private boolean wantsWrite;
    private long window = Long.MAX_VALUE;
    private boolean closed;
    private boolean shutdown;
    private int segment = Integer.MAX_VALUE;

    Session session;

    /** Bytes arrive from the peer. */
    synchronized void arrive(byte[]... frames) {
        input = Frames.join(input, Frames.join(frames));
        pump();
    }

    synchronized void endInput() {
        inputEnded = true;
        pump();
    }

    synchronized void breakDown() {
        broken = new IOException("Connection reset");
        pump();
    }

    /** The most that one read returns. */
    synchronized void segment(int bytes) {
        segment = bytes;
    }

    /** Sets how many bytes the peer still takes. */
    synchronized void window(long bytes) {
        window = bytes;
        if (wantsWrite && window > 0) {
            wantsWrite = false;
            io.execute(session::onWritable);
        }
    }

    synchronized List<Frames.Received> sent() {
        return Frames.parse(written.toByteArray());
    }

    /** Whether the session has filled the window and waits for more. */
    synchronized boolean isFull() {
        return wantsWrite && window == 0;
    }

    synchronized boolean isReading() {
        return reading;
    }

    synchronized int unread() {
        return input.length;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized boolean isShutdown() {
        return shutdown;
    }

    private void pump() {
        if (reading && !closed && (input.length > 0 || inputEnded || broken != null)) {
            io.execute(() -> {
                boolean go;
                synchronized (this) {
                    go = reading && !closed;
                }
                if (go) {
                    session.onReadable(ByteBuffer.allocateDirect(1024));
                    synchronized (this) {
                        if (input.length > 0) {
                            pump();
                        }
                    }
                }
            });
        }
    }

    @Override
    public synchronized int read(ByteBuffer to) throws IOException {
        if (broken != null) {
            throw broken;
        }
        int count = Math.min(segment, Math.min(to.remaining(), input.length));
        if (count == 0 && inputEnded) {
            reading = false;
            return -1;
        }
        to.put(input, 0, count);
        input = Arrays.copyOfRange(input, count, input.length);
        return count;
    }

    @Override
    public synchronized boolean write(ByteBuffer from) throws IOException {
        if (closed || broken != null) {
            throw new IOException("Broken pipe");
        }
        while (from.hasRemaining() && window > 0) {
            written.write(from.get());
            window--;
        }
        return !from.hasRemaining();
    }

    @Override
    public synchronized void suspendReads() {
        reading = false;
    }

    @Override
    public synchronized void resumeReads() {
        reading = true;
        pump();
    }

    @Override
    public synchronized void wakeupReads() {
        reading = true;
        if (!closed) {
            io.execute(() -> session.onReadable(ByteBuffer.allocateDirect(1024)));
        }
        pump();
    }

    @Override
    public synchronized void resumeWrites() {
        if (window > 0) {
            io.execute(session::onWritable);
        } else {
            wantsWrite = true;
        }
    }

    @Override
    public synchronized void shutdownWrites() {
        shutdown = true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        io.shutdown();
    }

    @Override
    public String peer() {
        return "memory";
    }
}
