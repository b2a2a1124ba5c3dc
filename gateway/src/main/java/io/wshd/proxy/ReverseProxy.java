package io.wshd.proxy;

import io.undertow.connector.ByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import io.wshd.config.RouteConfig;
import io.wshd.observe.RequestId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the requests of one route, WebSockets included, to an application elsewhere: on the I/O thread of the client's
 * connection, and unbuffered. {@link ProxyExchange} is one request; {@link UpstreamPath} decides what is asked for,
 * {@link RequestHeaders} and {@link ResponseHeaders} which headers pass, {@link Upstream} who is asked.
 *
 * <p>The application gets the client's Host header unless the route says otherwise, as with Caddy and unlike nginx: it
 * then builds its links and compares Origins with the name that the browser shows.
 *
 * <p>A failure answers with 502 (no connection, or no usable answer), 503 (too many waiting, or nobody to ask) or 504
 * (too late), and one log line says why. A failure after the response began can only end the client's connection.
 */
public final class ReverseProxy implements HttpHandler {

    /**
     * Bytes of a body past the exchange's bound ({@code setMaxEntitySize}) that are read and dropped, so that the
     * client reads its 413. For bodies without announced length Undertow heeds the listener's MAX_ENTITY_SIZE only; it
     * has to be larger than the exchange's by this much.
     */
    public static final long DROPPED_BODY = 64 << 20;

    static final String TOO_LARGE = "the body is larger than max-body";

    private static final Logger LOG = LoggerFactory.getLogger("proxy");

    private final RouteConfig.Proxy rules;
    private final Upstream upstream;
    private final ByteBufferPool buffers;
    private final Set<Tunnel> tunnels = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean ended;

    ReverseProxy(RouteConfig.Proxy rules, Upstream upstream, ByteBufferPool buffers) {
        this.rules = rules;
        this.upstream = upstream;
        this.buffers = buffers;
    }

    RouteConfig.Proxy rules() {
        return rules;
    }

    ByteBufferPool buffers() {
        return buffers;
    }

    /** Requests under way. */
    AtomicInteger requests() {
        return requests;
    }

    /** Those that are open now. */
    Set<Tunnel> tunnels() {
        return tunnels;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        int refusal = refusal(exchange);
        if (refusal != 0) {
            exchange.setStatusCode(refusal);
            exchange.endExchange();
            return;
        }
        var request = new ProxyExchange(exchange, this, upstream);
        if (!RequestBody.bound(exchange, request::tooLarge)) {
            refuseBody(exchange);
            return;
        }
        exchange.dispatch(
                exchange.isInIoThread() ? SameThreadExecutor.INSTANCE : exchange.getIoThread(), request::start);
    }

    private static void refuseBody(HttpServerExchange exchange) {
        LOG.warn(
                "{} {} {}: 413: {}",
                RequestId.of(exchange),
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                TOO_LARGE);
        if (exchange.getRequestHeaders().contains(Headers.EXPECT)) {
            // The client has not begun to send, and will not.
            exchange.setPersistent(false);
        }
        RequestBody.linger(exchange);
        exchange.setStatusCode(StatusCodes.REQUEST_ENTITY_TOO_LARGE);
        exchange.endExchange();
    }

    /** The status for a request that is not passed on; 0 for one that is. */
    private static int refusal(HttpServerExchange exchange) {
        if (!UpstreamPath.acceptable(exchange)) {
            return StatusCodes.BAD_REQUEST;
        }
        // CONNECT asks for a tunnel to anywhere, TRACE for headers that the gateway has added.
        if (exchange.getRequestMethod().equals(Methods.CONNECT)
                || exchange.getRequestMethod().equals(Methods.TRACE)) {
            return StatusCodes.METHOD_NOT_ALLOWED;
        }
        var codings = exchange.getRequestHeaders().get(Headers.TRANSFER_ENCODING);
        // Undertow undoes the chunked coding whatever stands before it, and the server would not know of that.
        boolean unknown =
                codings != null && (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked"));
        return unknown ? StatusCodes.NOT_IMPLEMENTED : 0;
    }

    /** How many requests and tunnels are under way. */
    public int active() {
        return requests.get() + tunnels.size();
    }

    /** Ends the tunnels, and those that are about to open; requests end by themselves. Any thread may call it. */
    public void end() {
        ended = true;
        tunnels.forEach(Tunnel::closeLater);
    }

    /** Whether no tunnels may open any more. */
    boolean isEnded() {
        return ended;
    }
}
