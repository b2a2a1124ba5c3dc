package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.wshd.config.RouteConfig;
import io.wshd.security.Client;
import java.net.URI;
import java.util.Set;

/**
 * The headers of a request on its way to the application. Those that concern the client's connection only stay here
 * ({@link HopHeaders}), and so does what a client says about whom it forwards for, because the application would believe
 * it; in its place stands what {@link Client} knows.
 */
final class RequestHeaders {

    private static final HttpString X_FORWARDED_PREFIX = new HttpString("X-Forwarded-Prefix");
    private static final HttpString VIA = new HttpString("Via");

    /** What a client must not claim; {@code X-Forwarded-*} besides. */
    private static final Set<HttpString> CLAIMS =
            Set.of(Headers.FORWARDED, new HttpString("X-Real-IP"), new HttpString("X-Disable-Push"));

    private RequestHeaders() {}

    /**
     * @param server the URL of the server
     * @param upgrade whether to ask for a WebSocket
     */
    static HeaderMap toServer(HttpServerExchange exchange, RouteConfig.Proxy rules, URI server, boolean upgrade) {
        var from = exchange.getRequestHeaders();
        var headers = new HeaderMap();
        var named = HopHeaders.named(from);
        for (long at = from.fastIterateNonEmpty(); at != -1L; at = from.fiNextNonEmpty(at)) {
            var values = from.fiCurrent(at);
            var name = values.getHeaderName();
            if (passes(name, named)) {
                headers.putAll(name, values);
            }
        }
        joinCookies(headers);
        if (!exchange.isRequestComplete() && !headers.contains(Headers.CONTENT_LENGTH)) {
            headers.put(Headers.TRANSFER_ENCODING, "chunked");
        }
        if (upgrade) {
            headers.put(Headers.CONNECTION, "Upgrade").put(Headers.UPGRADE, "websocket");
        }
        var client = Client.of(exchange);
        headers.put(Headers.HOST, host(rules.host(), client, server));
        tellOfClient(headers, client, exchange.getResolvedPath(), rules.path());
        rules.via().ifPresent(via -> headers.add(VIA, version(exchange) + " " + via));
        HeaderChanges.apply(rules.requestHeaders(), headers);
        return headers;
    }

    private static boolean passes(HttpString name, Set<String> named) {
        if (HopHeaders.ALL.contains(name) || name.equals(Headers.HOST) || CLAIMS.contains(name)) {
            return false;
        }
        // X-Forwarded-...
        if (name.length() > 12 && (name.byteAt(0) | 0x20) == 'x' && (name.byteAt(2) | 0x20) == 'f') {
            var text = name.toString();
            if (text.regionMatches(true, 0, "X-Forwarded-", 0, 12)) {
                return false;
            }
        }
        return named.isEmpty() || !HopHeaders.isNamed(named, name);
    }

    /** HTTP/2 clients may send a header for each cookie (RFC 9113 section 8.2.3). */
    private static void joinCookies(HeaderMap headers) {
        HeaderValues cookies = headers.get(Headers.COOKIE);
        if (cookies != null && cookies.size() > 1) {
            headers.put(Headers.COOKIE, String.join("; ", cookies));
        }
    }

    private static String host(RouteConfig.HostRule rule, Client client, URI server) {
        return switch (rule) {
            case RouteConfig.ClientHost() -> client.host().isEmpty() ? server.getRawAuthority() : client.host();
            case RouteConfig.ServerHost() -> server.getRawAuthority();
            case RouteConfig.FixedHost(var name) -> name;
        };
    }

    private static void tellOfClient(HeaderMap headers, Client client, String route, RouteConfig.PathRule path) {
        headers.put(
                Headers.X_FORWARDED_FOR,
                client.hops().size() == 1 ? client.address() : String.join(", ", client.hops()));
        headers.put(Headers.X_FORWARDED_PROTO, client.scheme());
        headers.put(Headers.X_FORWARDED_PORT, Integer.toString(client.port()));
        if (!client.host().isEmpty()) {
            headers.put(Headers.X_FORWARDED_HOST, client.host());
        }
        boolean cut = route.length() > 1 && !(path instanceof RouteConfig.Keep);
        if (cut || !client.prefix().isEmpty()) {
            headers.put(X_FORWARDED_PREFIX, cut ? client.prefix() + route : client.prefix());
        }
        headers.put(Headers.FORWARDED, forwarded(client));
    }

    /** RFC 7239 section 4; what the client asked for is known of the first hop only. */
    private static String forwarded(Client client) {
        var text = new StringBuilder(64);
        hop(text, client.address());
        text.append(";proto=").append(client.scheme());
        // A quoted text; a quote in a Host header is refused long before.
        if (!client.host().isEmpty() && client.host().indexOf('"') < 0) {
            text.append(";host=\"").append(client.host()).append('"');
        }
        for (var hop : client.hops().subList(1, client.hops().size())) {
            hop(text.append(", "), hop);
        }
        return text.toString();
    }

    private static void hop(StringBuilder text, String address) {
        text.append("for=");
        if (address.indexOf(':') >= 0) {
            text.append("\"[").append(address).append("]\"");
        } else {
            text.append(address);
        }
    }

    private static String version(HttpServerExchange exchange) {
        var protocol = exchange.getProtocol().toString();
        return protocol.startsWith("HTTP/") ? protocol.substring(5) : protocol;
    }
}
