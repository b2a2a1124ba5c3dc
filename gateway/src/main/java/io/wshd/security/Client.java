package io.wshd.security;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Who asks and by which address, as far as can be believed: what the connection tells, unless the peer is a trusted proxy
 * that tells more (see {@link TrustedProxies}).
 *
 * @param address of the client, without a port
 * @param hops the addresses between the client and this gateway, the client's own first; at least that
 * @param scheme {@code http} or {@code https}, as the client used it
 * @param host the Host header as the client sent it, or empty
 * @param port as the client used it
 * @param prefix the path that proxies before this one have cut off; empty, or with a slash at its start
 */
public record Client(String address, List<String> hops, String scheme, String host, int port, String prefix) {

    static final AttachmentKey<Client> KEY = AttachmentKey.create(Client.class);

    public static Client of(HttpServerExchange exchange) {
        var told = exchange.getAttachment(KEY);
        if (told != null) {
            return told;
        }
        var address = text(exchange.getSourceAddress());
        var host = exchange.getRequestHeaders().getFirst(Headers.HOST);
        return new Client(
                address,
                List.of(address),
                exchange.getRequestScheme(),
                host == null ? "" : host,
                exchange.getHostPort(),
                "");
    }

    /** The client's address alone. */
    public static String address(HttpServerExchange exchange) {
        var told = exchange.getAttachment(KEY);
        return told == null ? text(exchange.getSourceAddress()) : told.address();
    }

    static String text(InetSocketAddress socket) {
        if (socket.getAddress() == null) {
            return socket.getHostString();
        }
        var text = socket.getAddress().getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
