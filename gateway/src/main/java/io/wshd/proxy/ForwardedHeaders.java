package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which headers pass the gateway. Those that concern one connection only (RFC 9110 section 7.6.1) do not, in either
 * direction; nor does what a client says about whom it forwards for, because the application would believe it.
 */
final class ForwardedHeaders {

    private static final HttpString PREFIX = new HttpString("X-Forwarded-Prefix");
    private static final HttpString KEEP_ALIVE = new HttpString("Keep-Alive");

    private static final List<HttpString> OF_ONE_CONNECTION = List.of(
            Headers.CONNECTION,
            KEEP_ALIVE,
            Headers.PROXY_AUTHENTICATE,
            Headers.PROXY_AUTHORIZATION,
            new HttpString("Proxy-Connection"),
            new HttpString("HTTP2-Settings"),
            Headers.TE,
            Headers.TRAILER,
            Headers.UPGRADE);

    private static final List<HttpString> CLAIMS =
            List.of(Headers.FORWARDED, new HttpString("X-Real-IP"), new HttpString("X-Disable-Push"));

    /** A Connection header that names them would break the message apart or lead it astray. */
    private static final Set<String> NEVER_OF_ONE_CONNECTION = Set.of("host", "content-length", "transfer-encoding");

    private ForwardedHeaders() {}

    /** Whether the client wants a WebSocket. No other protocol is switched to: h2c would pass every check here by. */
    static boolean upgrades(HeaderMap headers) {
        return "websocket".equalsIgnoreCase(headers.getFirst(Headers.UPGRADE))
                && named(headers).contains("upgrade");
    }

    /** Makes a copy of the client's headers fit for the upstream. */
    static void toUpstream(HeaderMap headers, HttpServerExchange exchange, URI upstream) {
        // ProxyHandler has overwritten some Connection headers in its copy.
        removeThoseOfOneConnection(headers, exchange.getRequestHeaders());
        for (var header : CLAIMS) {
            headers.remove(header);
        }
        for (var name : List.copyOf(headers.getHeaderNames())) {
            if (name.toString().toLowerCase(Locale.ROOT).startsWith("x-forwarded-")) {
                headers.remove(name);
            }
        }
        if (upgrades(exchange.getRequestHeaders())) {
            headers.put(Headers.CONNECTION, "Upgrade").put(Headers.UPGRADE, "websocket");
        }
        if (!headers.contains(Headers.HOST)) {
            headers.put(Headers.HOST, upstream.getRawAuthority());
        }
        headers.put(Headers.X_FORWARDED_FOR, client(exchange));
        headers.put(Headers.X_FORWARDED_PROTO, exchange.getRequestScheme());
        headers.put(Headers.X_FORWARDED_HOST, headers.getFirst(Headers.HOST));
        headers.put(Headers.X_FORWARDED_PORT, exchange.getHostPort());
        if (exchange.getResolvedPath().length() > 1) {
            headers.put(PREFIX, exchange.getResolvedPath());
        }
    }

    /** Makes the upstream's headers fit for the client. */
    static void toClient(HeaderMap headers, boolean upgraded) {
        removeThoseOfOneConnection(headers, headers);
        if (upgraded) {
            headers.put(Headers.CONNECTION, "Upgrade").put(Headers.UPGRADE, "websocket");
        }
    }

    private static void removeThoseOfOneConnection(HeaderMap headers, HeaderMap received) {
        for (var name : named(received)) {
            if (!NEVER_OF_ONE_CONNECTION.contains(name)) {
                headers.remove(name);
            }
        }
        for (var header : OF_ONE_CONNECTION) {
            headers.remove(header);
        }
    }

    /** What the Connection header names, in lower case. */
    private static List<String> named(HeaderMap headers) {
        var values = headers.get(Headers.CONNECTION);
        var names = new ArrayList<String>();
        if (values != null) {
            for (var value : values) {
                for (var name : value.split(",")) {
                    if (!name.isBlank()) {
                        names.add(name.strip().toLowerCase(Locale.ROOT));
                    }
                }
            }
        }
        return names;
    }

    private static String client(HttpServerExchange exchange) {
        var source = exchange.getSourceAddress();
        return source.getAddress() == null
                ? source.getHostString()
                : source.getAddress().getHostAddress();
    }
}
