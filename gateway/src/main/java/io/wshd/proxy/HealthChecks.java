package io.wshd.proxy;

import io.undertow.connector.ByteBufferPool;
import io.wshd.config.ProxyConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/** Asks the servers of an upstream, again and again, whether they are well. */
final class HealthChecks implements AutoCloseable {

    /** Of one server; on one I/O thread. */
    private final class Subject {

        private final Server server;
        private final Connector connector;
        private final XnioIoThread thread;
        private final Ticker ticker;
        private boolean healthy = true;
        private boolean first = true;
        private int inARow;

        Subject(Server server, Connector connector, XnioIoThread thread, Ticker ticker) {
            this.server = server;
            this.connector = connector;
            this.thread = thread;
            this.ticker = ticker;
        }

        void check() {
            if (!closed) {
                new HealthCheck(server, connector, health, thread, ticker, buffers, this::found).start();
            }
        }

        /** @param wrong what is; null when nothing is */
        private void found(String wrong) {
            boolean well = wrong == null;
            inARow = well == healthy ? 0 : inARow + 1;
            // The first answer counts at once: nobody knows anything else of the server.
            if (inARow >= (well ? health.passes() : health.fails()) || first && inARow > 0) {
                healthy = well;
                inARow = 0;
                server.healthy(well, wrong);
            }
            first = false;
            schedule(health.interval().toNanos());
        }

        void schedule(long nanos) {
            if (!closed) {
                // Servers of one configuration are not all asked at the same moment.
                long spread = nanos / 10;
                long delay = nanos - spread / 2 + ThreadLocalRandom.current().nextLong(spread + 1);
                XnioExecutor.Key _ = thread.executeAfter(this::check, delay, TimeUnit.NANOSECONDS);
            }
        }
    }

    private final ProxyConfig.Health health;
    private final ByteBufferPool buffers;
    private volatile boolean closed;

    HealthChecks(
            Upstream upstream,
            ProxyConfig.Health health,
            XnioIoThread[] threads,
            Ticker[] tickers,
            ByteBufferPool buffers) {
        this.health = health;
        this.buffers = buffers;
        List<Subject> subjects = new ArrayList<>();
        for (int i = 0; i < upstream.servers().size(); i++) {
            var thread = threads[i % threads.length];
            var server = upstream.servers().get(i);
            subjects.add(new Subject(server, upstream.connectors().get(i), thread, tickers[thread.getNumber()]));
        }
        subjects.forEach(subject -> subject.thread.execute(subject::check));
    }

    /** No more checks; one that is under way has no consequence. */
    @Override
    public void close() {
        closed = true;
    }
}
