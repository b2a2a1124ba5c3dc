package io.wshd.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happens below one path of a host. At least one of {@code content} and {@code scripts} is present; with both,
 * scripts take the WebSocket upgrades and the content takes the rest. Equal to another when it is configured the same,
 * wherever that stands.
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

    @Override
    public boolean equals(Object other) {
        return other instanceof RouteConfig that
                && path.equals(that.path)
                && content.equals(that.content)
                && scripts.equals(that.scripts)
                && interpreter.equals(that.interpreter)
                && origins.equals(that.origins)
                && compatibility == that.compatibility;
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    /** What answers ordinary requests. */
    public sealed interface Content {}

    /** Files below a directory. */
    public record Files(Path directory) implements Content {}

    /**
     * An application elsewhere.
     *
     * @param path what becomes of the request's path
     * @param host the Host header that the application sees
     * @param mapResponses whether Location, Content-Location and cookies are translated into the client's view
     * @param via the name that stands in the Via header of both directions; empty: no such header is added
     */
    public record Proxy(
            UpstreamConfig upstream,
            PathRule path,
            HostRule host,
            boolean mapResponses,
            Optional<String> via,
            HeaderRules requestHeaders,
            HeaderRules responseHeaders)
            implements Content {}

    /** What becomes of a request's path on its way to an application. */
    public sealed interface PathRule {}

    /** The route's own path is cut off. */
    public record Strip() implements PathRule {}

    /** It stays as it is. */
    public record Keep() implements PathRule {}

    /**
     * Another path stands in the place of the route's own.
     *
     * @param prefix starts with a slash
     */
    public record Replace(String prefix) implements PathRule {}

    /** Which Host header an application sees. */
    public sealed interface HostRule {}

    /** The client's. */
    public record ClientHost() implements HostRule {}

    /** That of the server's URL. */
    public record ServerHost() implements HostRule {}

    /** Always the same. */
    public record FixedHost(String name) implements HostRule {}

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
