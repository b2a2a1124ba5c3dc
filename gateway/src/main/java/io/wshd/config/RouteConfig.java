package io.wshd.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happens below one path of a host. At least one of {@code content} and {@code scripts} is present; with both,
 * scripts take the WebSocket upgrades and the content takes the rest.
 *
 * @param path starts with a slash and has none at its end, except for {@code /} itself
 * @param interpreter the named interpreter that runs the scripts
 * @param origins the Origins whose pages may open WebSockets here, besides pages of the same host; {@code *} allows all
 * @param compatibility whose ways the scripts expect
 */
public record RouteConfig(
        String path,
        Optional<Content> content,
        Optional<Scripts> scripts,
        String interpreter,
        List<String> origins,
        Compatibility compatibility,
        Place place) {

    /** What answers ordinary requests. */
    public sealed interface Content {}

    /** Files below a directory. */
    public record Files(Path directory) implements Content {}

    /**
     * An application elsewhere.
     *
     * @param upstream {@code http} or {@code https}, with a host, at most a path, and nothing behind it
     */
    public record Proxy(URI upstream) implements Content {}

    /**
     * A redirect.
     *
     * @param location a path, or a URL with scheme; what follows the route's path in the request is appended
     * @param status 301, 302, 303, 307 or 308
     */
    public record Redirect(String location, int status) implements Content {}

    /** What answers WebSocket upgrades. */
    public sealed interface Scripts {}

    /** One script for the route's path itself. */
    public record Handler(Path file) implements Scripts {}

    /**
     * Every script below a directory: {@code dir/a/b_wsh.py} answers at {@code <route>/a/b}.
     *
     * @param scanned the part of the directory that is looked at
     * @param links whether scripts may be links to files outside the directory
     * @param aliases other paths of scripts below the route: {@code /alias} to {@code /a/b}
     */
    public record Handlers(Path directory, Path scanned, boolean links, Map<String, String> aliases)
            implements Scripts {

        public Handlers {
            aliases = Map.copyOf(aliases);
        }

        /** All of a directory. */
        public Handlers(Path directory) {
            this(directory, directory, false, Map.of());
        }
    }
}
