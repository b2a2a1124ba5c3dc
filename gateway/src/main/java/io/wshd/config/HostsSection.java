package io.wshd.config;

import com.typesafe.config.ConfigObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code hosts { "*" { routes { ... } } }} */
final class HostsSection {

    private static final Pattern NAME = Pattern.compile(
            "\\*|[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*|\\[[0-9a-f:.]+]");

    private final NamedFiles files;
    private final Map<String, InterpreterConfig> interpreters;

    /** @param interpreters that routes may name */
    HostsSection(NamedFiles files, Map<String, InterpreterConfig> interpreters) {
        this.files = files;
        this.interpreters = interpreters;
    }

    /** The hosts in file order. */
    List<HostConfig> read(Section section) {
        var hosts = new ArrayList<HostConfig>();
        Map<String, Place> seen = new HashMap<>();
        var entries = section.entries("{ routes { ... } }");
        for (var entry : entries) {
            var name = entry.key().toLowerCase(Locale.ROOT);
            nameMistake(name).ifPresent(wrong -> entry.section().mistake(Mistakes.quote(entry.key()) + wrong));
            var other = seen.putIfAbsent(name, entry.section().place());
            if (other != null) {
                entry.section()
                        .mistake("the same host as " + other + "; the case of letters makes no difference."
                                + " Put the routes of both into one.");
            }
            hosts.add(new HostConfig(name, host(entry.section())));
        }
        if (entries.isEmpty()) {
            section.mistake(
                    "no host; expected at least one, such as \"*\" { routes { ... } }, which takes every name.");
        }
        return hosts;
    }

    private List<RouteConfig> host(Section section) {
        var routes = section.section("routes").map(this::routes).orElse(List.of());
        if (!section.has("routes") && !section.hasMore()) {
            section.mistake("no routes; expected routes { \"/\" { ... } }.");
        }
        section.end(key -> hint(section, key));
        return routes;
    }

    private List<RouteConfig> routes(Section section) {
        var routes = new ArrayList<RouteConfig>();
        Map<String, Section> seen = new HashMap<>();
        var reader = new RouteSection(files, interpreters);
        var entries = section.entries("{ files = \"www\" }");
        for (var entry : entries) {
            var wrong = RoutePath.mistake(entry.key());
            wrong.ifPresent(what -> entry.section().mistake(Mistakes.quote(entry.key()) + what));
            var path = RoutePath.plain(entry.key());
            var other = seen.putIfAbsent(path, entry.section());
            if (other != null) {
                entry.section()
                        .mistake("overlaps " + other.place()
                                + "; a route takes its path with and without a slash at the end. Remove one of them.");
            }
            reader.read(path, entry.section()).ifPresent(routes::add);
        }
        if (entries.isEmpty()) {
            section.mistake("no route; expected at least one, such as \"/\" { files = \"www\" }.");
        }
        RedirectLoops.find(routes).forEach((path, what) -> seen.get(path).mistake("redirect", what));
        return routes;
    }

    private static Optional<String> hint(Section section, String key) {
        if (key.startsWith("/")) {
            return Optional.of("A route stands inside routes { ... }.");
        }
        return section.raw(key)
                .filter(ConfigObject.class::isInstance)
                .filter(value -> Spelling.closest(key, List.of("routes")).isEmpty())
                .map(value -> "A host name with a dot stands in quotes: \"www.example.org\" { ... }.");
    }

    private static Optional<String> nameMistake(String name) {
        if (NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        if (name.startsWith("*.")) {
            return Optional.of(" is no host name; wildcards are not available in this version. Write each name, or"
                    + " \"*\" for every name that no other entry has.");
        }
        if (name.matches("[^\\[\\]:]+:[0-9]+|\\[.*]:[0-9]+")) {
            return Optional.of(" is no host name; expected it without the port, which belongs to a listener.");
        }
        if (!name.chars().allMatch(c -> c < 128)) {
            return Optional.of(" is no host name; expected letters outside ASCII as browsers send them: xn--...");
        }
        return Optional.of(" is no host name; expected one such as www.example.org, or \"*\" for all.");
    }
}
