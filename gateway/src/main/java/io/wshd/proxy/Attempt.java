package io.wshd.proxy;

import org.xnio.StreamConnection;

/**
 * One attempt to have a request answered: the server that was chosen, and its connection once there is one. Counts as
 * active with the server until it is let go. For the I/O thread only.
 */
final class Attempt {

    private final Server server;
    private final Lane lane;
    private UpstreamConnection connection;
    private UpstreamStream stream;
    private boolean over;

    Attempt(Server server, Lane lane) {
        this.server = server;
        this.lane = lane;
        server.active().incrementAndGet();
        server.requests().increment();
    }

    Server server() {
        return server;
    }

    /** The request on the connection; null before it is sent. */
    UpstreamStream stream() {
        return stream;
    }

    /**
     * Asks for a connection.
     *
     * @param careful for a request that must not be repeated
     * @param alone for one that asks for the connection as a tunnel
     */
    void begin(ConnectionPool.Lease lease, boolean careful, boolean alone) {
        lane.pool(server).lease(lease, careful, alone);
    }

    void send(UpstreamConnection leased, UpstreamStream.Request request, UpstreamStream.Listener listener) {
        connection = leased;
        stream = leased.send(request, listener);
    }

    /** Gives a connection back that comes too late. */
    void tooLate(UpstreamConnection leased) {
        lane.pool(server).release(leased);
        lane.proceed();
    }

    /** Whether nothing of the request can have reached the server. */
    boolean untouched() {
        return stream == null || stream.untouched();
    }

    /** Whether the server may just have given up a connection that others had used before; no failure of its own. */
    boolean stale() {
        return connection != null && connection.usedBefore();
    }

    /** The connection as a tunnel, which counts as active itself for as long as it lasts. */
    StreamConnection upgrade() {
        over = true;
        var io = stream.upgrade();
        lane.pool(server).upgraded();
        return io;
    }

    /** Ends it: the connection serves others if all on it has ended, and is closed if not. */
    void letGo() {
        if (over) {
            return;
        }
        over = true;
        server.active().decrementAndGet();
        if (stream != null) {
            if (stream.reusable()) {
                lane.pool(server).release(connection);
            } else {
                stream.abort();
            }
            lane.proceed();
        }
    }

    /** Ends it in the middle of whatever goes on. */
    void abort() {
        if (!over && stream != null) {
            stream.abort();
        }
        letGo();
    }
}
