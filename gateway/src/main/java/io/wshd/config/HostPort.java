package io.wshd.config;

import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * An address to bind.
 *
 * @param host a name or an address, without brackets
 * @param port 0 to 65535
 */
record HostPort(String host, int port) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");

    /**
     * Reads {@code host:port} without asking any name server.
     *
     * @throws IllegalArgumentException whose message goes on after "... is no host:port"
     */
    static HostPort parse(String text) {
        if (text.matches("[0-9]+")) {
            throw new IllegalArgumentException("; expected an address before the port." + did("127.0.0.1:" + text));
        }
        if (text.contains("://")) {
            var rest = text.substring(text.indexOf("://") + 3).replaceAll("/.*", "");
            throw new IllegalArgumentException("; a listener has no scheme." + did(rest));
        }
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("; expected a port behind the address." + did(text + ":8080"));
        }
        var host = text.substring(0, colon);
        var number = text.substring(colon + 1);
        if (host.isEmpty() || host.equals("*")) {
            throw new IllegalArgumentException("; expected an address before the port." + did("0.0.0.0:" + number));
        }
        var bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (bare.equals(host) && host.contains(":")) {
            throw new IllegalArgumentException("; an IPv6 address stands in brackets."
                    + (literal(host) ? did("[" + host + "]:" + number) : did("[" + text + "]:8080")));
        }
        if (!number.matches("[0-9]{1,5}") || Integer.parseInt(number) > 65535) {
            throw new IllegalArgumentException("; the port must be 1-65535, or 0 for any free one.");
        }
        boolean address = !bare.equals(host) || NUMBERS.matcher(bare).matches();
        if (address ? !literal(bare) : !NAME.matcher(bare).matches()) {
            throw new IllegalArgumentException("; expected a host name or an address such as 127.0.0.1 or [::1].");
        }
        return new HostPort(bare, Integer.parseInt(number));
    }

    /** The form of URLs and of {@code bind}: an IPv6 address in brackets. */
    static String shown(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static boolean literal(String address) {
        try {
            InetAddress.ofLiteral(address);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String did(String meant) {
        return " Did you mean " + Mistakes.quote(meant) + "?";
    }
}
