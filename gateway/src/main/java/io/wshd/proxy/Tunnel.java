package io.wshd.proxy;

import io.wshd.config.ProxyConfig;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.ssl.SslConnection;

/**
 * Two connections joined after a switch of protocols: what comes out of one goes into the other. When one side says that
 * it will send no more, the other is told so, and may go on itself. Runs on the I/O thread of both.
 */
final class Tunnel extends Ticker.Timed {

    private static final Logger LOG = LoggerFactory.getLogger("proxy");

    /** From the server's 101 until the client has it. */
    private static final long OPENING = TimeUnit.SECONDS.toNanos(30);

    private final StreamConnection server;
    private final ReverseProxy proxy;
    private final Server target;
    private final Lane lane;
    private final ProxyConfig.Timeouts timeouts;
    private final long created = System.nanoTime();
    private StreamConnection client;
    private long progress = created;
    private int ended;
    private boolean closed;

    /** Is counted with its server, as active and as a tunnel, until it is closed. */
    Tunnel(StreamConnection server, ReverseProxy proxy, Server target, Lane lane, ProxyConfig.Timeouts timeouts) {
        this.server = server;
        this.proxy = proxy;
        this.target = target;
        this.lane = lane;
        this.timeouts = timeouts;
        server.getCloseSetter().set(channel -> close());
        lane.ticker().add(this);
        proxy.tunnels().add(this);
        if (proxy.isEnded()) {
            closeLater();
        }
    }

    /** The client has the 101. */
    void open(StreamConnection connection) {
        client = connection;
        if (closed) {
            IoUtils.safeClose(client);
            return;
        }
        progress = System.nanoTime();
        client.getCloseSetter().set(channel -> close());
        new Direction(server, client).start();
        if (!closed) {
            new Direction(client, server).start();
        }
    }

    private final class Direction extends Pump {

        Direction(StreamConnection from, StreamConnection to) {
            super(
                    from.getSourceChannel(),
                    to.getSinkChannel(),
                    proxy.buffers(),
                    from instanceof SslConnection ? () -> false : () -> true);
        }

        @Override
        void moved(long bytes) {
            progress = lane.ticker().now();
        }

        @Override
        void ended() {
            if (++ended == 2) {
                close();
            }
        }

        @Override
        void readFailed(IOException e) {
            close();
        }

        @Override
        void writeFailed(IOException e) {
            close();
        }
    }

    @Override
    void look(long now) {
        if (client == null) {
            if (now - created >= OPENING) {
                close();
            }
            return;
        }
        boolean old = !timeouts.tunnelLifetime().isZero()
                && now - created >= timeouts.tunnelLifetime().toNanos();
        if (old || now - progress >= timeouts.tunnelIdle().toNanos()) {
            LOG.info(
                    "a tunnel to {} {}",
                    target,
                    old
                            ? "has lasted for " + timeouts.tunnelLifetime() + " and is closed"
                            : "was silent for " + timeouts.tunnelIdle() + " and is closed");
            close();
        }
    }

    /** From any thread. */
    void closeLater() {
        lane.thread().execute(this::close);
    }

    private void close() {
        if (closed) {
            return;
        }
        closed = true;
        lane.ticker().remove(this);
        proxy.tunnels().remove(this);
        target.closeTunnel();
        IoUtils.safeClose(server);
        IoUtils.safeClose(client);
    }
}
