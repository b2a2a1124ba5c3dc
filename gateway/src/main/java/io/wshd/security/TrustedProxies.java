package io.wshd.security;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.wshd.config.AddressRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Believes what trusted proxies in front of this gateway say of their clients: {@code X-Forwarded-For}, {@code -Proto},
 * {@code -Host}, {@code -Port} and {@code -Prefix}, or else {@code Forwarded} (RFC 7239). The list of addresses is read
 * from its end: the first that is no trusted proxy is the client. What stands before it the client may have made up, and
 * is dropped. From anybody else these headers are not read at all.
 */
public final class TrustedProxies implements HttpHandler {

    private static final HttpString PREFIX = new HttpString("X-Forwarded-Prefix");
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9._-]+(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?");
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~%!$&'()*+,;=:@-]+)+");

    /** More than this is no chain of proxies. */
    private static final int MOST_HOPS = 64;

    private final List<AddressRange> trusted;
    private final HttpHandler next;

    private TrustedProxies(List<AddressRange> trusted, HttpHandler next) {
        this.trusted = trusted;
        this.next = next;
    }

    /** Puts this before a handler, unless no proxy is trusted. */
    public static HttpHandler before(HttpHandler next, List<AddressRange> trusted) {
        return trusted.isEmpty() ? next : new TrustedProxies(trusted, next);
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        var peer = exchange.getSourceAddress().getAddress();
        if (peer != null && trusts(peer)) {
            believe(exchange, peer);
        }
        next.handleRequest(exchange);
    }

    private void believe(HttpServerExchange exchange, InetAddress peer) {
        var headers = exchange.getRequestHeaders();
        boolean legacy = headers.contains(Headers.X_FORWARDED_FOR) || !headers.contains(Headers.FORWARDED);
        var told = legacy ? legacy(headers) : standard(headers);
        var hops = new ArrayList<String>();
        hops.addFirst(Client.text(exchange.getSourceAddress()));
        InetAddress client = peer;
        Told nearest = null;
        for (int i = told.size() - 1; i >= 0 && hops.size() < MOST_HOPS && trusts(client); i--) {
            var address = address(told.get(i).address());
            if (address.isEmpty()) {
                break;
            }
            client = address.get();
            nearest = told.get(i);
            hops.addFirst(Client.text(new InetSocketAddress(client, 0)));
        }
        var host = legacy ? last(headers, Headers.X_FORWARDED_HOST) : nearest == null ? "" : nearest.host();
        var scheme = legacy ? last(headers, Headers.X_FORWARDED_PROTO) : nearest == null ? "" : nearest.scheme();
        exchange.setSourceAddress(new InetSocketAddress(client, 0));
        if (scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("http")) {
            exchange.setRequestScheme(scheme.toLowerCase(Locale.ROOT));
        }
        var own = exchange.getRequestHeaders().getFirst(Headers.HOST);
        var shown = HOST.matcher(host).matches() ? host : own == null ? "" : own;
        var prefix = last(headers, PREFIX);
        exchange.putAttachment(
                Client.KEY,
                new Client(
                        hops.getFirst(),
                        List.copyOf(hops),
                        exchange.getRequestScheme(),
                        shown,
                        port(headers, shown, exchange.getRequestScheme()),
                        PATH.matcher(prefix).matches() ? prefix : ""));
    }

    private boolean trusts(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    /** What one proxy said of the peer that it had. */
    private record Told(String address, String scheme, String host) {}

    private static List<Told> legacy(HeaderMap headers) {
        var told = new ArrayList<Told>();
        var values = headers.get(Headers.X_FORWARDED_FOR);
        if (values != null) {
            for (var value : values) {
                for (var address : value.split(",")) {
                    told.add(new Told(address.strip(), "", ""));
                }
            }
        }
        return told;
    }

    private static List<Told> standard(HeaderMap headers) {
        var told = new ArrayList<Told>();
        for (var value : headers.get(Headers.FORWARDED)) {
            for (var element : value.split(",")) {
                var address = "";
                var scheme = "";
                var host = "";
                for (var pair : element.split(";")) {
                    int equals = pair.indexOf('=');
                    var name =
                            equals < 0 ? "" : pair.substring(0, equals).strip().toLowerCase(Locale.ROOT);
                    var content = pair.substring(equals + 1).strip().replaceAll("^\"|\"$", "");
                    switch (name) {
                        case "for" -> address = content;
                        case "proto" -> scheme = content;
                        case "host" -> host = content;
                        default -> {}
                    }
                }
                told.add(new Told(address, scheme, host));
            }
        }
        return told;
    }

    /** An address with or without a port, an IPv6 one in brackets then; empty for a name or nonsense. */
    private static Optional<InetAddress> address(String text) {
        var bare = text;
        if (text.startsWith("[")) {
            bare = text.substring(1, Math.max(1, text.indexOf(']')));
        } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            bare = text.substring(0, text.indexOf(':'));
        }
        try {
            return Optional.of(InetAddress.ofLiteral(bare));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What the nearest proxy wrote, which stands last; empty when there is nothing. */
    private static String last(HeaderMap headers, HttpString name) {
        var value = headers.getLast(name);
        return value == null ? "" : value.substring(value.lastIndexOf(',') + 1).strip();
    }

    private static int port(HeaderMap headers, String host, String scheme) {
        var told = last(headers, Headers.X_FORWARDED_PORT);
        if (told.matches("[0-9]{1,5}")) {
            return Integer.parseInt(told);
        }
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']')
                ? Integer.parseInt(host.substring(colon + 1))
                : scheme.equals("https") ? 443 : 80;
    }
}
