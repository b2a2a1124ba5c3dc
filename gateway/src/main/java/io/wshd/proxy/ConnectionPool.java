package io.wshd.proxy;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The connections to one server that one I/O thread uses; for that thread only. Connections that became tunnels do not
 * count.
 */
final class ConnectionPool extends Ticker.Timed {

    /** Gets a connection, or learns that there is none. */
    interface Lease {
        void leased(UpstreamConnection connection);

        /** @param late whether connecting took too long, and nothing else was wrong */
        void failed(IOException e, boolean late);
    }

    /**
     * A server may close an idle connection just when a request is on its way, and nobody can know then whether it was
     * served. One that must not be repeated goes on a connection that was in use a moment ago, or on a new one.
     */
    private static final long FRESH = TimeUnit.SECONDS.toNanos(1);

    private final Lane lane;
    private final Server server;
    private final Connector connector;
    private final int most;
    private final long keepAlive;
    private final boolean mayMultiplex;

    /** The one used last first, so that those that are not needed grow old. */
    private final Deque<Http1Connection> idle = new ArrayDeque<>();

    private final List<UpstreamConnection> multiplexed = new ArrayList<>();

    /** Those who wait for a first connection, which may carry them all. */
    private final Deque<Lease> hopeful = new ArrayDeque<>();

    private int open;
    private int connecting;
    private boolean closed;

    /** @param most connections at a time */
    ConnectionPool(Lane lane, Server server, Connector connector, int most, long keepAliveNanos, boolean mayMultiplex) {
        this.lane = lane;
        this.server = server;
        this.connector = connector;
        this.most = most;
        this.keepAlive = keepAliveNanos;
        this.mayMultiplex = mayMultiplex;
    }

    /**
     * Whether a request can have a connection now, or one that is opened for it.
     *
     * @param alone whether it needs one of its own
     */
    boolean hasRoom(boolean alone) {
        return !idle.isEmpty() || open < most || !alone && multiplexed() != null;
    }

    /**
     * Finds or opens a connection; only when there is room.
     *
     * @param careful for a request that must not be repeated
     * @param alone for one that the connection is to be handed to in the end: HTTP/1.1 whatever else may be spoken
     */
    void lease(Lease lease, boolean careful, boolean alone) {
        var shared = alone ? null : multiplexed();
        if (shared != null) {
            lease.leased(shared);
            return;
        }
        var connection = idle(careful);
        if (connection != null) {
            lease.leased(connection);
            return;
        }
        if (open >= most && !idle.isEmpty()) {
            // All that are idle have been so for too long.
            idle.peekLast().close();
        }
        if (alone) {
            connect(lease, false);
        } else if (mayMultiplex && connecting > 0) {
            hopeful.add(lease);
        } else {
            connect(lease, mayMultiplex);
        }
    }

    private Http1Connection idle(boolean careful) {
        for (var connection = idle.peekFirst(); connection != null; connection = idle.peekFirst()) {
            if (careful && (System.nanoTime() - connection.idleSince() > FRESH || !connection.probe())) {
                return null;
            }
            idle.removeFirst();
            if (connection.available()) {
                return connection;
            }
        }
        return null;
    }

    private UpstreamConnection multiplexed() {
        for (int i = 0; i < multiplexed.size(); i++) {
            if (multiplexed.get(i).available()) {
                return multiplexed.get(i);
            }
        }
        return null;
    }

    private void connect(Lease lease, boolean http2) {
        open++;
        int mayCarryOthers = http2 ? 1 : 0;
        connecting += mayCarryOthers;
        server.connections().incrementAndGet();
        connector.connect(lane.thread(), lane.ticker(), http2, new Connector.Callback() {
            @Override
            public void connected(UpstreamConnection connection) {
                connecting -= mayCarryOthers;
                connection.whenClosed(() -> gone(connection));
                if (!(connection instanceof Http1Connection)) {
                    multiplexed.add(connection);
                    lane.ticker().add(ConnectionPool.this);
                }
                lease.leased(connection);
                if (http2) {
                    serveHopeful();
                }
            }

            @Override
            public void failed(IOException e, boolean late) {
                connecting -= mayCarryOthers;
                left();
                lease.failed(e, late);
                while (connecting == 0 && !hopeful.isEmpty()) {
                    hopeful.removeFirst().failed(e, late);
                }
            }
        });
    }

    private void serveHopeful() {
        while (!hopeful.isEmpty()) {
            var shared = multiplexed();
            if (shared != null) {
                hopeful.removeFirst().leased(shared);
            } else if (open < most) {
                connect(hopeful.removeFirst(), mayMultiplex);
            } else {
                hopeful.removeFirst().failed(new IOException("all connections are in use"), false);
            }
        }
    }

    /** Takes a connection back, on which all has ended. */
    void release(UpstreamConnection returned) {
        if (!(returned instanceof Http1Connection connection)) {
            // It was here all the time.
            return;
        }
        connection.recycle(lane.ticker().now());
        if (closed || keepAlive <= 0) {
            connection.close();
            return;
        }
        idle.addFirst(connection);
        lane.ticker().add(this);
    }

    /** A connection is a tunnel from now on. */
    void upgraded() {
        left();
    }

    private void gone(UpstreamConnection connection) {
        idle.remove(connection);
        multiplexed.remove(connection);
        left();
    }

    private void left() {
        open--;
        server.connections().decrementAndGet();
        lane.proceed();
    }

    @Override
    void look(long now) {
        // All of them: of servers that keep connections for a short time, others may stand in front.
        for (var connections : List.of(List.copyOf(idle), List.copyOf(multiplexed))) {
            for (var connection : connections) {
                if (connection.over(now, keepAlive)) {
                    connection.close();
                } else if (!connector.current(connection.peer())) {
                    connection.closeWhenIdle();
                }
            }
        }
        if (idle.isEmpty() && multiplexed.isEmpty()) {
            lane.ticker().remove(this);
        }
    }

    /** Closes what is idle, and later what is in use. */
    void close() {
        closed = true;
        List.copyOf(idle).forEach(Http1Connection::close);
        for (var connection : List.copyOf(multiplexed)) {
            connection.closeWhenIdle();
        }
    }
}
