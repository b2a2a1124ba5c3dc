package io.wshd.websocket;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The way of a session out of framing: a handler wants its connection's bytes, and the I/O thread hands them over
 * between two reads. Most sessions never have one. Thread-safe.
 */
final class RawMode {

    /** Pongs kept for a handler that has sent pings and may yet read the answers as frames. */
    private static final int PONGS = 16;

    private final CompletableFuture<RawStream> handover = new CompletableFuture<>();
    private final Queue<byte[]> pongs = new ConcurrentLinkedQueue<>();

    private volatile boolean wanted;
    private volatile RawStream stream;

    /** The stream once the session frames nothing any more; null before. */
    RawStream stream() {
        return stream;
    }

    /** Asks for the stream; completes when the session has let go. */
    CompletableFuture<RawStream> want() {
        wanted = true;
        return handover;
    }

    /** Whether the stream was asked for and not given yet. */
    boolean isDue() {
        return wanted && stream == null;
    }

    /**
     * Gives the stream.
     *
     * @return false if there is one already
     */
    synchronized boolean give(RawStream given) {
        if (stream != null) {
            return false;
        }
        stream = given;
        handover.complete(given);
        return true;
    }

    /** A pong came. */
    void pong(byte[] data) {
        pongs.add(data);
        if (pongs.size() > PONGS) {
            pongs.poll();
        }
    }

    /** The handler has taken a message that came behind the pongs so far, or at least has not looked for them. */
    void taken() {
        pongs.clear();
    }

    void addPongs(Unread unread) {
        pongs.forEach(data -> unread.add(Opcode.PONG, true, data));
    }
}
