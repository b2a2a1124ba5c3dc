package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import io.wshd.config.RouteConfig;
import java.net.URI;

/** The headers of a response on its way to the client. */
final class ResponseHeaders {

    private static final HttpString VIA = new HttpString("Via");

    private ResponseHeaders() {}

    /**
     * @param server the URL of the server that answered
     */
    static void toClient(HeaderMap from, HttpServerExchange exchange, RouteConfig.Proxy rules, URI server) {
        var headers = exchange.getResponseHeaders();
        var named = HopHeaders.named(from);
        for (long at = from.fastIterateNonEmpty(); at != -1L; at = from.fiNextNonEmpty(at)) {
            var values = from.fiCurrent(at);
            var name = values.getHeaderName();
            if (!HopHeaders.ALL.contains(name) && (named.isEmpty() || !HopHeaders.isNamed(named, name))) {
                headers.putAll(name, values);
            }
        }
        if (rules.mapResponses()) {
            new ClientView(exchange, rules, server).map(headers);
        }
        rules.via().ifPresent(via -> headers.add(VIA, "1.1 " + via));
        HeaderChanges.apply(rules.responseHeaders(), headers);
    }
}
