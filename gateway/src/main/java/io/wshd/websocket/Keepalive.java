package io.wshd.websocket;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pings a silent peer, and tells when it is gone. Looked at by the sweep only; the I/O thread sets a flag, which costs
 * less than the time of every read.
 */
final class Keepalive {

    private final long interval;
    private final long timeout;
    private final Outbound out;

    private volatile boolean heard;

    // The sweep's own.
    private long heardAt;
    private boolean pinged;

    Keepalive(Duration interval, Duration timeout, Outbound out, long now) {
        this.interval = interval.toNanos();
        this.timeout = timeout.toNanos();
        this.out = out;
        this.heardAt = now;
    }

    /** Something came from the peer. */
    void heard() {
        if (!heard) {
            heard = true;
        }
    }

    /**
     * Pings when it is time.
     *
     * @param deaf whether reads are suspended, so that silence means nothing
     * @return false when the peer did not react to a ping in time
     */
    boolean check(long now, boolean deaf) {
        if (heard || deaf) {
            heard = false;
            heardAt = now;
            pinged = false;
            return true;
        }
        if (interval == 0) {
            return true;
        }
        if (!pinged) {
            if (now - heardAt >= interval) {
                pinged = true;
                byte[] data = new byte[4];
                ThreadLocalRandom.current().nextBytes(data);
                out.ping(data);
            }
            return true;
        }
        // Counted from when it left, for it may have to wait for a long frame to a slow peer.
        return out.isPingWaiting() || now - out.pingedAt() < timeout;
    }
}
