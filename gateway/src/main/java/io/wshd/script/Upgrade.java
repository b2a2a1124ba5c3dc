package io.wshd.script;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * A WebSocket handshake that is valid as far as the protocol goes, as a handler sees it.
 *
 * @param uri the request target as the client sent it: path and query
 * @param protocol such as {@code HTTP/1.1}
 * @param headers in the order received
 * @param subprotocols that the client offers, in its order of preference
 * @param connection for handlers that write to it before the answer
 */
public record Upgrade(
        String method,
        String uri,
        String protocol,
        List<Map.Entry<String, String>> headers,
        List<String> subprotocols,
        boolean secure,
        InetSocketAddress remote,
        InetSocketAddress local,
        OpeningConnection connection) {

    /** The values of a header joined by a comma and a space; empty when there is none. */
    public String header(String name) {
        StringBuilder values = new StringBuilder();
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().equalsIgnoreCase(name)) {
                values.append(values.isEmpty() ? "" : ", ").append(header.getValue());
            }
        }
        return values.toString();
    }
}
