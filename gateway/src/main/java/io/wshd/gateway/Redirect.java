package io.wshd.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wshd.config.RouteConfig;
import java.net.URI;
import java.net.URISyntaxException;

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
     * What follows the route's path, encoded, with one slash in front or empty. Not more than one: behind a redirect to
     * "/", {@code //evil.example} would be another host.
     */
    private static String rest(HttpServerExchange exchange) {
        try {
            String path = new URI(null, null, exchange.getRelativePath(), null).getRawPath();
            String rest = path.replaceFirst("^/+", "");
            return rest.isEmpty() ? "" : "/" + rest;
        } catch (URISyntaxException e) {
            return "";
        }
    }
}
