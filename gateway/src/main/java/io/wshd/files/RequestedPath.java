package io.wshd.files;

import io.undertow.server.HttpServerExchange;
import java.util.Locale;

/**
 * Decides from the path alone whether a request may name a file. Works on the path as it was sent, before decoding,
 * because afterwards an encoded separator or parameter can no longer be told from a plain one.
 */
final class RequestedPath {

    private RequestedPath() {}

    /** The path as it was sent: without scheme and host, which a client may send (RFC 9112 section 3.2.2). */
    static String raw(HttpServerExchange exchange) {
        var uri = exchange.getRequestURI();
        if (!exchange.isHostIncludedInRequestURI()) {
            return uri;
        }
        var authority = uri.indexOf("//");
        var path = authority < 0 ? -1 : uri.indexOf('/', authority + 2);
        return path < 0 ? "/" : uri.substring(path);
    }

    /** False for every path that no ordinary file has, and that only an attack or a broken client sends. */
    static boolean acceptable(HttpServerExchange exchange) {
        var raw = raw(exchange).toLowerCase(Locale.ROOT);
        // Path parameters are cut off before routing: "/.;x/a" and "/..;/a" would hide what they are.
        if (raw.indexOf(';') >= 0 || raw.contains("%2f") || raw.contains("%5c") || raw.contains("%00")) {
            return false;
        }
        var relative = exchange.getRelativePath();
        if (relative.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\' || c == 0xfffd)) {
            return false;
        }
        for (var segment : relative.split("/")) {
            if (FileTree.hidden(segment)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The path and query that name the same directory with a slash at the end. Starts with exactly one slash: two
     * would make the browser take the first segment for a host.
     */
    static String withSlash(HttpServerExchange exchange) {
        var path = "/" + raw(exchange).replaceFirst("^/+", "") + "/";
        var query = exchange.getQueryString();
        return query.isEmpty() ? path : path + "?" + query;
    }
}
