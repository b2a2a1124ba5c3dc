package io.wshd.websocket;

import io.wshd.config.WebSocketConfig;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Inflater;

/**
 * Idle compressors and decompressors, so that a session without context takeover needs one only for the time of a
 * message: a compressor holds some 256 KiB, a decompressor 40. How many are idle is bounded; how many are in use is
 * bounded by the threads that compress, and by the sessions with an unfinished message from the peer. Any thread.
 */
final class CompressorPool {

    /** The compressors by their window; a client chooses it, so their number is counted over all windows. */
    private final Map<Integer, Queue<Compressor>> compressors = new ConcurrentHashMap<>();

    private final AtomicInteger idleCompressors = new AtomicInteger();

    private final Queue<Inflater> inflaters = new ConcurrentLinkedQueue<>();
    private final AtomicInteger idleInflaters = new AtomicInteger();

    /** A fast compressor for a window of 8 to 15 bits, to be given back or closed. */
    Compressor compressor(int bits) {
        Compressor idle = queue(bits).poll();
        if (idle == null) {
            return Compressor.of(bits, WebSocketConfig.Compression.FAST);
        }
        idleCompressors.decrementAndGet();
        return idle;
    }

    /**
     * Takes a compressor back, or closes it.
     *
     * @param bound of idle ones
     */
    void give(Compressor compressor, int bits, int bound) {
        if (idleCompressors.incrementAndGet() > bound) {
            idleCompressors.decrementAndGet();
            compressor.close();
        } else {
            queue(bits).offer(compressor);
        }
    }

    /** A decompressor for any window, to be given back or ended. */
    Inflater inflater() {
        Inflater idle = inflaters.poll();
        if (idle == null) {
            return new Inflater(true);
        }
        idleInflaters.decrementAndGet();
        return idle;
    }

    /**
     * Takes a decompressor back in any state, or ends it.
     *
     * @param bound of idle ones
     */
    void give(Inflater inflater, int bound) {
        if (idleInflaters.incrementAndGet() > bound) {
            idleInflaters.decrementAndGet();
            inflater.end();
        } else {
            inflater.reset();
            inflaters.offer(inflater);
        }
    }

    /** Of both kinds together. */
    int idle() {
        return idleCompressors.get() + idleInflaters.get();
    }

    /** Frees what is idle. */
    void clear() {
        for (Inflater inflater; (inflater = inflaters.poll()) != null; ) {
            idleInflaters.decrementAndGet();
            inflater.end();
        }
        for (Queue<Compressor> queue : compressors.values()) {
            for (Compressor compressor; (compressor = queue.poll()) != null; ) {
                idleCompressors.decrementAndGet();
                compressor.close();
            }
        }
    }

    private Queue<Compressor> queue(int bits) {
        return compressors.computeIfAbsent(bits, any -> new ConcurrentLinkedQueue<>());
    }
}
