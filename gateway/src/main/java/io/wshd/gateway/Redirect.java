package io.wshd.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wshd.config.RouteConfig;

/** Sends clients elsewhere; what follows the route's path, and the query, come along. */
final class Redirect implements HttpHandler {

    private final RouteConfig.Redirect redirect;

    Redirect(RouteConfig.Redirect redirect) {
        this.redirect = redirect;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        exchange.setStatusCode(redirect.status());
        exchange.getResponseHeaders().put(Headers.LOCATION, location(exchange));
        exchange.endExchange();
    }

    private String location(HttpServerExchange exchange) {
        String base = redirect.location();
        String rest = rest(exchange);
        String target = base.endsWith("/") && !rest.isEmpty() ? base + rest.substring(1) : base + rest;
        String query = exchange.getQueryString();
        return query.isEmpty() ? target : target + (base.contains("?") ? "&" : "?") + query;
    }

    /**
     * What follows the route's path, as the client encoded it, with one slash in front or empty. Not more than one, nor a
     * backslash, which browsers take for one: behind a redirect to "/", {@code //evil.example} would be another host.
     */
    private static String rest(HttpServerExchange exchange) {
        String rest = exchange.getRequestURI();
        if (exchange.isHostIncludedInRequestURI()) {
            rest = rest.replaceFirst("^[^/]*//[^/]*", "");
        }
        // By segments and not by characters: the client may have encoded some of those.
        for (String segment : exchange.getResolvedPath().split("/")) {
            if (!segment.isEmpty()) {
                rest = rest.replaceFirst("^/*[^/]*", "");
            }
        }
        rest = rest.replaceFirst("^/+", "").replace("\\", "%5C");
        return rest.isEmpty() ? "" : "/" + rest;
    }
}
