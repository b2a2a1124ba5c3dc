package io.wshd.gateway;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.wshd.script.OpeningConnection;
import io.wshd.script.Upgrade;
import io.wshd.websocket.HandshakeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Undertow's view of a request in the terms of the packages that know nothing of Undertow. */
final class Requests {

    private Requests() {}

    static HandshakeRequest handshake(HttpServerExchange exchange) {
        return new HandshakeRequest() {
            @Override
            public String method() {
                return exchange.getRequestMethod().toString();
            }

            @Override
            public String httpVersion() {
                return exchange.getProtocol().toString();
            }

            @Override
            public List<String> header(String name) {
                HeaderValues values = exchange.getRequestHeaders().get(name);
                return values == null ? List.of() : values;
            }
        };
    }

    /**
     * @param subprotocols that the client offers
     */
    static Upgrade upgrade(HttpServerExchange exchange, List<String> subprotocols, OpeningConnection connection) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (HeaderValues values : exchange.getRequestHeaders()) {
            for (String value : values) {
                headers.add(Map.entry(values.getHeaderName().toString(), value));
            }
        }
        String query = exchange.getQueryString();
        return new Upgrade(
                exchange.getRequestMethod().toString(),
                query.isEmpty() ? exchange.getRequestURI() : exchange.getRequestURI() + "?" + query,
                exchange.getProtocol().toString(),
                headers,
                subprotocols,
                exchange.getRequestScheme().equals("https"),
                exchange.getSourceAddress(),
                exchange.getDestinationAddress(),
                connection);
    }
}
