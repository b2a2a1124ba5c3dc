package io.wshd.proxy;

import io.undertow.server.handlers.proxy.ConnectionPoolManager;
import java.time.Duration;

/**
 * The bounds on one upstream's connections, by I/O thread.
 *
 * @param connections open at a time
 */
record PoolBounds(int connections) implements ConnectionPoolManager {

    /** Requests that wait for a connection. Each holds a client's connection, which other bounds limit long before. */
    private static final int QUEUE = 4096;

    /** After which an idle connection is closed. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    @Override
    public int getMaxConnections() {
        return connections;
    }

    @Override
    public int getMaxCachedConnections() {
        return connections;
    }

    /** All idle connections are closed in the end. */
    @Override
    public int getSMaxConnections() {
        return 0;
    }

    @Override
    public long getTtl() {
        return IDLE.toMillis();
    }

    @Override
    public int getMaxQueueSize() {
        return QUEUE;
    }

    @Override
    public int getProblemServerRetry() {
        return 0;
    }

    /** There is no other upstream to turn to, so each request tries anew. */
    @Override
    public boolean isAvailable() {
        return true;
    }

    /** False lets the pool fail those that wait; otherwise nothing would wake them. */
    @Override
    public boolean handleError() {
        return false;
    }

    @Override
    public boolean clearError() {
        return true;
    }
}
