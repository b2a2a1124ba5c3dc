package io.wshd.websocket;

import io.wshd.config.WebSocketConfig;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pings a silent peer, tells when it is gone, and when nobody has had anything to say for too long. Looked at by the
 * sweep only; other threads set flags, which costs less than the time of every read.
 */
final class Keepalive {

    private final long interval;
    private final long timeout;
    private final long idleTimeout;
    private final Outbound out;

    private volatile boolean heard;
    private volatile boolean used;

    // The sweep's own.
    private long heardAt;
    private boolean pinged;
    private long usedAt;

    Keepalive(WebSocketConfig config, Outbound out, long now) {
        this.interval = config.pingInterval().toNanos();
        this.timeout = config.pingTimeout().toNanos();
        this.idleTimeout = config.idleTimeout().toNanos();
        this.out = out;
        this.heardAt = now;
        this.usedAt = now;
    }

    /** Something came from the peer. */
    void heard() {
        if (!heard) {
            heard = true;
        }
    }

    /** A message came or goes. */
    void used() {
        if (!used) {
            used = true;
        }
    }

    /** Whether there was no message for too long. */
    boolean isIdle(long now) {
        if (used) {
            used = false;
            usedAt = now;
        }
        return idleTimeout != 0 && now - usedAt >= idleTimeout;
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
