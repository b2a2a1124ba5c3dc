package io.wshd.security;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which pages may open WebSockets (RFC 6455 section 10.2): those of the same host and those listed. A browser sends
 * cookies along with a handshake from any page, so without this every page could act as its visitor. A request without
 * Origin comes from no browser and is allowed.
 */
public final class OriginPolicy {

    private static final String ANY = "*";

    private final List<String> allowed;

    /**
     * @param allowed origins such as {@code https://example.org} or {@code http://localhost:3000}, besides the same
     *     host; {@code null} for pages without an origin; {@code *} for all
     */
    public OriginPolicy(List<String> allowed) {
        this.allowed = allowed.stream().map(OriginPolicy::normal).toList();
    }

    /**
     * Decides on a handshake.
     *
     * @param origins the values of the request's Origin lines
     * @param host the value of its Host header, with or without a port
     * @return why it is refused, in a sentence with both values and the setting to change, for the log and for the
     *     answer's body; empty if it is allowed
     */
    public Optional<String> refusal(List<String> origins, String host) {
        if (origins.isEmpty() || allowed.contains(ANY)) {
            return Optional.empty();
        }
        if (origins.size() > 1) {
            return Optional.of("The request has " + origins.size() + " Origin headers; one is expected.");
        }
        String origin = origins.getFirst().strip();
        if (isSameHost(origin, host) || allowed.contains(normal(origin))) {
            return Optional.empty();
        }
        return Optional.of("Origin \"" + origin + "\" is neither of the same host as the Host header \"" + host
                + "\" nor listed in the route's \"origins\"; add it there to allow it.");
    }

    private static boolean isSameHost(String origin, String host) {
        try {
            var page = new URI(origin);
            var here = new URI(page.getScheme() + "://" + host);
            return page.getHost() != null
                    && page.getHost().equalsIgnoreCase(here.getHost())
                    && here.getUserInfo() == null
                    && port(page) == port(here);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Behind a proxy that ends TLS only the Origin knows the scheme, so its default port goes for both. */
    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "http", "ws" -> 80;
            case "https", "wss" -> 443;
            default -> -1;
        };
    }

    /** An origin in lower case and without its scheme's default port; anything else as it is. */
    private static String normal(String origin) {
        try {
            var uri = new URI(origin);
            if (uri.getScheme() == null || uri.getHost() == null) {
                return origin;
            }
            boolean byDefault = uri.getPort() == port(new URI(uri.getScheme() + "://" + uri.getHost()));
            return (uri.getScheme() + "://" + uri.getHost()).toLowerCase(Locale.ROOT)
                    + (uri.getPort() < 0 || byDefault ? "" : ":" + uri.getPort());
        } catch (URISyntaxException e) {
            return origin;
        }
    }
}
