package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.wshd.config.RouteConfig;
import io.wshd.security.Client;
import java.net.URI;
import java.util.ArrayList;
import java.util.Locale;

/**
 * Translates the places that an application names into those that its client sees: of {@code Location},
 * {@code Content-Location}, and the paths and domains of cookies. An application that knows of its prefix (by
 * {@code X-Forwarded-Prefix} or its own settings) names the client's places itself; what lies below the route's path
 * already is left alone.
 */
final class ClientView {

    private static final HttpString CONTENT_LOCATION = new HttpString("Content-Location");

    private final HttpServerExchange exchange;
    private final URI server;

    /** The route's path, without a slash at its end. */
    private final String outside;

    /** What the application has in place of that, without a slash at its end. */
    private final String inside;

    ClientView(HttpServerExchange exchange, RouteConfig.Proxy rules, URI server) {
        this.exchange = exchange;
        this.server = server;
        this.outside = plain(exchange.getResolvedPath());
        this.inside = switch (rules.path()) {
            case RouteConfig.Keep() -> outside;
            case RouteConfig.Strip() -> base(server);
            case RouteConfig.Replace(var prefix) -> base(server) + plain(prefix);
        };
    }

    private static String base(URI server) {
        return server.getRawPath() == null ? "" : plain(server.getRawPath());
    }

    private static String plain(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    void map(HeaderMap headers) {
        location(headers, Headers.LOCATION);
        location(headers, CONTENT_LOCATION);
        var cookies = headers.get(Headers.SET_COOKIE);
        if (cookies != null) {
            var mapped = new ArrayList<String>();
            cookies.forEach(cookie -> mapped.add(cookie(cookie)));
            headers.putAll(Headers.SET_COOKIE, mapped);
        }
    }

    private void location(HeaderMap headers, HttpString name) {
        var location = headers.getFirst(name);
        if (location != null) {
            headers.put(name, location(location));
        }
    }

    private String location(String location) {
        if (location.startsWith("/") && !location.startsWith("//")) {
            return path(location);
        }
        int authority = location.indexOf("//");
        if (authority < 0) {
            return location;
        }
        int end = authority + 2;
        while (end < location.length() && "/?#".indexOf(location.charAt(end)) < 0) {
            end++;
        }
        var named = location.substring(authority + 2, end);
        var client = Client.of(exchange);
        boolean own = same(named, server.getRawAuthority(), server.getScheme());
        if (!own && !same(named, client.host(), client.scheme())) {
            return location;
        }
        var rest = location.substring(end);
        // Where the application names itself by the name that only the gateway knows.
        var before = own ? client.scheme() + "://" + client.host() : location.substring(0, end);
        return before + (rest.startsWith("/") ? path(rest) : rest.isEmpty() ? path("/") : path("/") + rest);
    }

    /** The port that goes without saying makes no difference. */
    private static boolean same(String one, String other, String scheme) {
        var usual = scheme.equalsIgnoreCase("https") ? ":443" : ":80";
        return withoutPort(one, usual).equals(withoutPort(other, usual));
    }

    private static String withoutPort(String authority, String usual) {
        var lower = authority.toLowerCase(Locale.ROOT);
        return lower.endsWith(usual) ? lower.substring(0, lower.length() - usual.length()) : lower;
    }

    /** A path of the application, with whatever follows it, as the client has to ask for it. */
    private String path(String path) {
        if (!outside.isEmpty() && below(path, outside)) {
            return path;
        }
        if (inside.isEmpty()) {
            return outside + path;
        }
        if (below(path, inside)) {
            var rest = path.substring(inside.length());
            return rest.isEmpty() || rest.charAt(0) != '/' && outside.isEmpty() ? outside + "/" + rest : outside + rest;
        }
        // Beside what this route leads to: the client cannot get there by it.
        return path;
    }

    private static boolean below(String path, String prefix) {
        return path.startsWith(prefix)
                && (path.length() == prefix.length() || "/?#".indexOf(path.charAt(prefix.length())) >= 0);
    }

    /** Attributes of Set-Cookie (RFC 6265 section 4.1.2). */
    private String cookie(String cookie) {
        var parts = cookie.split(";", -1);
        var mapped = new StringBuilder(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            var part = parts[i];
            int equals = part.indexOf('=');
            var name = (equals < 0 ? part : part.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
            var value = equals < 0 ? "" : part.substring(equals + 1).strip();
            if (name.equals("path") && value.startsWith("/")) {
                mapped.append("; Path=").append(cookiePath(value));
            } else if (!name.equals("domain") || !ownDomain(value)) {
                mapped.append(';').append(part);
            }
        }
        return mapped.toString();
    }

    private String cookiePath(String value) {
        if (inside.equals(outside) || below(value, outside) && !outside.isEmpty()) {
            return value;
        }
        if (value.equals("/")) {
            // For all of the server, of which the client sees this route only; its path itself included.
            return outside.isEmpty() ? "/" : outside;
        }
        return path(value);
    }

    /** A domain that only the gateway knows: browsers would refuse the cookie. Without one it is for the client's host. */
    private boolean ownDomain(String domain) {
        var bare = domain.startsWith(".") ? domain.substring(1) : domain;
        var host = Client.of(exchange).host().replaceFirst(":[0-9]*$", "");
        return bare.equalsIgnoreCase(server.getHost()) && !bare.equalsIgnoreCase(host);
    }
}
