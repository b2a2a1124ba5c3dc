package io.wshd.config;

import java.util.Optional;

/** The path that a route is keyed by. */
final class RoutePath {

    private RoutePath() {}

    /** What is wrong with a path, to go on after its value. */
    static Optional<String> mistake(String path) {
        if (!path.startsWith("/")) {
            return Optional.of(
                    " is no path; expected a slash at its start. Did you mean " + Mistakes.quote("/" + path) + "?");
        }
        if (path.endsWith("*")) {
            return Optional.of(" is no path; a route takes everything below it without a \"*\". Did you mean "
                    + Mistakes.quote(plain(path.replaceAll("\\*+$", ""))) + "?");
        }
        if (path.matches(".*[?#].*")) {
            return Optional.of(" is no path; expected one without a query or fragment.");
        }
        if (path.contains("%")) {
            return Optional.of(" is no path; expected its characters themselves, not encoded with \"%\".");
        }
        boolean odd = path.contains("//")
                || path.matches(".*/\\.\\.?(/.*)?")
                || path.contains("\\")
                || path.chars().anyMatch(Character::isISOControl);
        return odd
                ? Optional.of(" is no path; expected none of \"//\", \"/./\", \"/../\", \"\\\" and control characters.")
                : Optional.empty();
    }

    /** The path without a slash at its end, except for {@code /} itself. */
    static String plain(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Whether a route of this path takes a request for another path, if no longer route does. */
    static boolean takes(String route, String path) {
        return route.equals("/") || path.equals(route) || path.startsWith(route + "/");
    }
}
