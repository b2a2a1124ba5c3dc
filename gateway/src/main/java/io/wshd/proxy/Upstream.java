package io.wshd.proxy;

import io.undertow.client.UndertowClient;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.proxy.ProxyCallback;
import io.undertow.server.handlers.proxy.ProxyClient;
import io.undertow.server.handlers.proxy.ProxyConnection;
import io.undertow.server.handlers.proxy.ProxyConnectionPool;
import io.undertow.server.handlers.proxy.ProxyConnectionPool.AvailabilityType;
import io.undertow.util.StatusCodes;
import io.wshd.config.ProxyConfig;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.xnio.OptionMap;
import org.xnio.Xnio;
import org.xnio.XnioExecutor;
import org.xnio.ssl.XnioSsl;

/**
 * The connections to one upstream. Undertow keeps them by I/O thread; each thread gets its share of the configured
 * number, at least one. Connections that became WebSockets no longer count.
 */
final class Upstream implements ProxyClient, AutoCloseable {

    private static final ProxyTarget TARGET = new ProxyTarget() {};

    private final URI uri;
    private final ProxyConfig config;
    private volatile ProxyConnectionPool pool;
    private boolean closed;

    Upstream(URI uri, ProxyConfig config) {
        this.uri = uri;
        this.config = config;
    }

    @Override
    public ProxyTarget findTarget(HttpServerExchange exchange) {
        return TARGET;
    }

    /** Runs on the exchange's I/O thread, as does all that it starts. */
    @Override
    public void getConnection(
            ProxyTarget target,
            HttpServerExchange exchange,
            ProxyCallback<ProxyConnection> callback,
            long timeout,
            TimeUnit unit) {
        var connections = pool(exchange);
        var request = new Request(exchange, callback);
        var available = connections.available();
        if (available == AvailabilityType.FULL_QUEUE) {
            new Failure(StatusCodes.SERVICE_UNAVAILABLE, "all connections are in use and too many requests wait")
                    .putInto(exchange);
            callback.couldNotResolveBackend(exchange);
            return;
        }
        if (available == AvailabilityType.AVAILABLE) {
            request.startTimer();
        }
        // Whoever waits for a connection in use is bounded by the request's own timeout.
        connections.connect(target, exchange, request, timeout, unit, false);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (pool != null) {
            pool.close();
        }
    }

    private ProxyConnectionPool pool(HttpServerExchange exchange) {
        var connections = pool;
        return connections != null ? connections : create(exchange);
    }

    /** Only a request can tell how many I/O threads there are. */
    private synchronized ProxyConnectionPool create(HttpServerExchange exchange) {
        if (pool == null) {
            var threads = exchange.getConnection().getWorker().getIoThreadCount();
            var share = Math.max(1, Math.ceilDiv(config.connections(), threads));
            pool = new ProxyConnectionPool(
                    new PoolBounds(share), uri, ssl(), UndertowClient.getInstance(), OptionMap.EMPTY);
            if (closed) {
                pool.close();
            }
        }
        return pool;
    }

    private XnioSsl ssl() {
        if (!uri.getScheme().equals("https")) {
            return null;
        }
        try {
            return new UndertowXnioSsl(Xnio.getInstance(), OptionMap.EMPTY, SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no default TLS context", e);
        }
    }

    /** One request that waits for its connection. */
    private final class Request implements ProxyCallback<ProxyConnection> {

        private final HttpServerExchange exchange;
        private final ProxyCallback<ProxyConnection> callback;
        private XnioExecutor.Key timer;
        private boolean done;

        Request(HttpServerExchange exchange, ProxyCallback<ProxyConnection> callback) {
            this.exchange = exchange;
            this.callback = callback;
        }

        /** XNIO has no bound on connecting; the system's is minutes. */
        void startTimer() {
            timer = exchange.getIoThread()
                    .executeAfter(this::giveUp, config.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void completed(HttpServerExchange exchange, ProxyConnection connection) {
            // Too late: the pool takes the connection back when the exchange has ended.
            if (finish()) {
                var wrapped = new UpstreamConnection(connection.getConnection(), exchange, uri);
                callback.completed(exchange, new ProxyConnection(wrapped, ""));
            }
        }

        @Override
        public void failed(HttpServerExchange exchange) {
            if (finish()) {
                new Failure(StatusCodes.BAD_GATEWAY, "cannot connect: refused, unreachable or unknown host")
                        .putInto(exchange);
                callback.failed(exchange);
            }
        }

        @Override
        public void queuedRequestFailed(HttpServerExchange exchange) {
            failed(exchange);
        }

        @Override
        public void couldNotResolveBackend(HttpServerExchange exchange) {
            failed(exchange);
        }

        private void giveUp() {
            if (finish()) {
                new Failure(StatusCodes.GATEWAY_TIME_OUT, "no connection within " + config.connectTimeout())
                        .putInto(exchange);
                callback.couldNotResolveBackend(exchange);
            }
        }

        private boolean finish() {
            if (done) {
                return false;
            }
            done = true;
            if (timer != null) {
                timer.remove();
            }
            return true;
        }
    }
}
