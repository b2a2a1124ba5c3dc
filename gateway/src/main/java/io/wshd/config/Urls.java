package io.wshd.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The three kinds of URL in a configuration. Each method throws IllegalArgumentException with a message that goes on
 * after the value.
 */
final class Urls {

    private static final Pattern ORIGIN =
            Pattern.compile("([a-z][a-z0-9+.-]*)://(\\[[0-9a-f:.]+]|[a-z0-9_.-]+)(:[0-9]{1,5})?");

    private Urls() {}

    /** The URL of an application to proxy to: http or https, a host, at most a port and a path. */
    static URI upstream(String text) {
        if (text.startsWith("unix:") || text.contains("://unix:") || text.contains("+unix:")) {
            throw new IllegalArgumentException(
                    " is a unix socket, by which no server can be reached: Undertow's I/O knows"
                            + " TCP only. Have the application listen on 127.0.0.1, and write http://127.0.0.1:3000.");
        }
        if (!text.contains("://")) {
            throw new IllegalArgumentException(
                    " is no URL; expected a scheme. Did you mean " + Mistakes.quote("http://" + text) + "?");
        }
        var scheme = text.substring(0, text.indexOf("://")).toLowerCase(Locale.ROOT);
        var rest = text.substring(text.indexOf("://") + 3);
        switch (scheme) {
            case "http", "https" -> {}
            case "ws", "wss" ->
                throw new IllegalArgumentException(" has a scheme that is only for browsers; an"
                        + " upstream is reached by http:// or https://, and WebSockets pass through it. Did you mean "
                        + Mistakes.quote((scheme.equals("ws") ? "http://" : "https://") + rest) + "?");
            default -> throw new IllegalArgumentException(" has an unknown scheme; expected http:// or https://.");
        }
        var uri = parse(text, " is no URL; expected one such as http://127.0.0.1:3000.");
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(" has a user before the host; upstreams get no credentials. Remove it.");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException(" has no valid host; expected letters, digits, \"-\" and \".\", or an"
                    + " address, and a port in figures.");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65535) {
            throw new IllegalArgumentException(" has no valid port; expected 1-65535.");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(" has a query or fragment; expected at most a path.");
        }
        return uri;
    }

    /** The URL for complaints: what stands before an {@code @} may be a password. */
    static String withoutSecret(String text) {
        return text.replaceAll("//[^/]*@", "//...@");
    }

    /** Where a redirect leads: a path of the same host, or an http or https URL. */
    static String location(String text) {
        var expected =
                " is no location; expected a path such as \"/new\" or a URL such as \"https://example.org/new\".";
        var uri = parse(text, expected);
        if (text.startsWith("//")) {
            throw new IllegalArgumentException(
                    " names another host without a scheme. Did you mean " + Mistakes.quote("https:" + text) + "?");
        }
        if (text.startsWith("/")) {
            return text;
        }
        boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!web || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    uri.getScheme() == null
                            ? " is no location; expected a slash or a scheme at its start. Did you mean "
                                    + Mistakes.quote("/" + text) + "?"
                            : expected);
        }
        return text;
    }

    /**
     * An Origin as browsers send it (RFC 6454 section 6.2): lower case, no default port, no slash at its end;
     * {@code null} for pages from disk; {@code *} for any.
     */
    static String origin(String text) {
        if (text.equals("null") || text.equals("*")) {
            return text;
        }
        var lower = text.toLowerCase(Locale.ROOT);
        var matcher = ORIGIN.matcher(lower);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(" is no origin; expected scheme://host[:port], null or *."
                    + near(lower)
                            .map(meant -> " Did you mean " + Mistakes.quote(meant) + "?")
                            .orElse(""));
        }
        var scheme = matcher.group(1);
        if (scheme.equals("ws") || scheme.equals("wss")) {
            throw new IllegalArgumentException(" is no origin; it names the page that connects. Did you mean "
                    + Mistakes.quote(lower.replaceFirst("ws", "http")) + "?");
        }
        var port = matcher.group(3);
        if (port != null && Integer.parseInt(port.substring(1)) > 65535) {
            throw new IllegalArgumentException(" is no origin; the port must be 1-65535.");
        }
        boolean usual = scheme.equals("http") && ":80".equals(port) || scheme.equals("https") && ":443".equals(port);
        return usual ? lower.substring(0, lower.length() - port.length()) : lower;
    }

    private static Optional<String> near(String text) {
        var meant = text.contains("://")
                ? text.replaceFirst("(://[^/?#]*).*", "$1")
                : "https://" + text.replaceFirst("/.*", "");
        return ORIGIN.matcher(meant).matches() ? Optional.of(meant) : Optional.empty();
    }

    private static URI parse(String text, String otherwise) {
        try {
            if (text.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
                return new URI(text);
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new IllegalArgumentException(otherwise);
    }
}
