package io.wshd.proxy;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.proxy.ProxyHandler;
import io.undertow.util.AttachmentKey;
import io.undertow.util.StatusCodes;
import io.wshd.config.ProxyConfig;
import io.wshd.observe.RequestId;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes requests, WebSockets included, to an application elsewhere. Undertow's ProxyHandler moves the bytes, on the
 * I/O thread of the client's connection and unbuffered; here stands what it leaves open. {@link UpstreamPath} decides
 * what is asked for, {@link ForwardedHeaders} which headers pass, {@link Upstream} bounds connections and waiting.
 *
 * <p>The upstream gets the client's Host header, as with Caddy and unlike nginx: an application then builds its links
 * and compares Origins with the name that the browser shows.
 *
 * <p>A failure answers with 502 (no connection, or no usable answer), 503 (too many waiting) or 504 (too late), and one
 * log line says why. A failure after the response began can only end the client's connection.
 */
public final class ReverseProxy implements HttpHandler, AutoCloseable {

    /**
     * Bytes of a body past the exchange's bound ({@code setMaxEntitySize}) that are read and dropped, so that the
     * client reads its 413. For bodies without announced length Undertow heeds the listener's MAX_ENTITY_SIZE only; it
     * has to be larger than the exchange's by this much.
     */
    public static final long DROPPED_BODY = 64 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ReverseProxy.class);
    private static final AttachmentKey<Long> DEADLINE = AttachmentKey.create(Long.class);

    private final URI upstream;
    private final ProxyConfig config;
    private final Upstream connections;
    private final ProxyHandler forward;

    /** @param upstream {@code http} or {@code https}, a host, and at most a path, which is put before the request's */
    public ReverseProxy(URI upstream, ProxyConfig config) {
        this.upstream = upstream;
        this.config = config;
        connections = new Upstream(upstream, config);
        forward = ProxyHandler.builder()
                .setProxyClient(connections)
                .setMaxRequestTime(Math.toIntExact(config.requestTimeout().toMillis()))
                .build();
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!UpstreamPath.acceptable(exchange)) {
            exchange.setStatusCode(StatusCodes.BAD_REQUEST);
            exchange.endExchange();
            return;
        }
        exchange.putAttachment(
                DEADLINE, System.nanoTime() + config.requestTimeout().toNanos());
        exchange.addDefaultResponseListener(this::explain);
        if (!RequestBody.bound(exchange)) {
            Failure.TOO_LARGE.putInto(exchange);
            exchange.setStatusCode(StatusCodes.REQUEST_ENTITY_TOO_LARGE);
            exchange.endExchange();
            return;
        }
        forward.handleRequest(exchange);
    }

    /** Closes idle connections to the upstream; those in use end with their exchanges. */
    @Override
    public void close() {
        connections.close();
    }

    /** Runs when an exchange ends without a response: puts the true reason in place of ProxyHandler's 500 and 503. */
    private boolean explain(HttpServerExchange exchange) {
        if (exchange.getStatusCode() < 400 || !exchange.isResponseChannelAvailable()) {
            return false;
        }
        var failure = Failure.of(exchange);
        if (System.nanoTime() - exchange.getAttachment(DEADLINE) >= 0) {
            // The timeout closes the connection to the upstream, which then looks as if the upstream had failed.
            failure = new Failure(StatusCodes.GATEWAY_TIME_OUT, "no complete answer within " + config.requestTimeout());
        }
        exchange.setStatusCode(failure.status());
        LOG.warn(
                "{} {} {}: {} to upstream {}: {}",
                RequestId.of(exchange),
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                failure.status(),
                upstream,
                failure.reason());
        return false;
    }
}
