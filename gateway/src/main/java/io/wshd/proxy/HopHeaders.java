package io.wshd.proxy;

import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Headers that concern one connection only and pass in neither direction (RFC 9110 section 7.6.1). */
final class HopHeaders {

    static final Set<HttpString> ALL = Set.of(
            Headers.CONNECTION,
            new HttpString("Keep-Alive"),
            Headers.PROXY_AUTHENTICATE,
            Headers.PROXY_AUTHORIZATION,
            new HttpString("Proxy-Authentication-Info"),
            new HttpString("Proxy-Connection"),
            new HttpString("HTTP2-Settings"),
            Headers.TE,
            Headers.TRANSFER_ENCODING,
            Headers.UPGRADE);

    /** A Connection header that names them would break the message apart or lead it astray. */
    private static final Set<String> NEVER = Set.of("host", "content-length", "transfer-encoding");

    private HopHeaders() {}

    /** What the Connection header names, in lower case. */
    static Set<String> named(HeaderMap headers) {
        var values = headers.get(Headers.CONNECTION);
        if (values == null) {
            return Set.of();
        }
        if (values.size() == 1) {
            var value = values.getFirst();
            if (value.equalsIgnoreCase("keep-alive") || value.equalsIgnoreCase("close")) {
                return Set.of();
            }
        }
        var names = new HashSet<String>();
        for (var value : values) {
            for (var name : value.split(",")) {
                var plain = name.strip().toLowerCase(Locale.ROOT);
                if (!plain.isEmpty() && !NEVER.contains(plain)) {
                    names.add(plain);
                }
            }
        }
        return names;
    }

    static boolean isNamed(Set<String> named, HttpString name) {
        return named.contains(name.toString().toLowerCase(Locale.ROOT));
    }

    /** Trailers that may pass: none that concern the framing or the connection. */
    static HeaderMap withoutThem(HeaderMap trailers) {
        var passing = new HeaderMap();
        for (var values : trailers) {
            var name = values.getHeaderName();
            if (!ALL.contains(name) && !name.equals(Headers.CONTENT_LENGTH) && !name.equals(Headers.HOST)) {
                passing.putAll(name, values);
            }
        }
        return passing;
    }

    /** Whether these are headers that ask for a WebSocket. No other protocol is switched to: h2c would pass every check by. */
    static boolean upgrades(HeaderMap headers) {
        return headers.contains(Headers.UPGRADE)
                && "websocket".equalsIgnoreCase(headers.getFirst(Headers.UPGRADE))
                && named(headers).contains("upgrade");
    }
}
