package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.wshd.config.RouteConfig;
import java.net.URI;
import java.util.regex.Pattern;

/**
 * Maps the path of a request to the server's: the route's prefix goes, stays or is replaced, the server's own path comes
 * before that, and the rest stays as the client encoded it, byte for byte. (Decoding and encoding again would turn {@code %2F} into
 * a separator.)
 */
final class UpstreamPath {

    /** A segment {@code .} or {@code ..} in all the ways that servers have been seen to take for one. */
    private static final Pattern DOT_SEGMENT =
            Pattern.compile("(^|/|%2f|\\\\|%5c)(\\.|%2e){1,2}($|/|;|%3b|%2f|\\\\|%5c)", Pattern.CASE_INSENSITIVE);

    private UpstreamPath() {}

    /**
     * Whether the path stays below the route. Browsers resolve dot segments before they send; one that arrives is
     * meant to reach what lies beside the route or beside the server's path.
     */
    static boolean acceptable(HttpServerExchange exchange) {
        var raw = raw(exchange);
        // Nearly no path has such a character, and the pattern takes longer than all else here.
        return raw.indexOf('.') < 0 && raw.indexOf('%') < 0
                || !DOT_SEGMENT.matcher(raw).find();
    }

    static String of(HttpServerExchange exchange, RouteConfig.PathRule rule, URI server) {
        var base = server.getRawPath() == null ? "" : server.getRawPath();
        var rest = switch (rule) {
            case RouteConfig.Keep() -> raw(exchange);
            case RouteConfig.Strip() -> afterPrefix(raw(exchange), exchange.getResolvedPath());
            case RouteConfig.Replace(var prefix) ->
                join(prefix, afterPrefix(raw(exchange), exchange.getResolvedPath()));
        };
        var path = join(base, rest);
        var query = exchange.getQueryString();
        return (path.isEmpty() ? "/" : path) + (query.isEmpty() ? "" : "?" + query);
    }

    private static String join(String base, String rest) {
        return base.endsWith("/") && rest.startsWith("/") ? base.substring(0, base.length() - 1) + rest : base + rest;
    }

    /**
     * Cuts off as many segments as the route has. Not its characters: the client may have encoded some of them, or
     * sent a slash twice.
     */
    private static String afterPrefix(String raw, String prefix) {
        var at = 0;
        for (var segment : prefix.split("/")) {
            if (segment.isEmpty()) {
                continue;
            }
            while (at < raw.length() && raw.charAt(at) == '/') {
                at++;
            }
            var end = raw.indexOf('/', at);
            at = end < 0 ? raw.length() : end;
        }
        return raw.substring(at);
    }

    /** Without scheme and host, which a client may send (RFC 9112 section 3.2.2). */
    private static String raw(HttpServerExchange exchange) {
        var uri = exchange.getRequestURI();
        if (!exchange.isHostIncludedInRequestURI()) {
            return uri;
        }
        var authority = uri.indexOf("//");
        var path = authority < 0 ? -1 : uri.indexOf('/', authority + 2);
        return path < 0 ? "/" : uri.substring(path);
    }
}
