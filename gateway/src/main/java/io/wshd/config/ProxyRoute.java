package io.wshd.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code "/app" { proxy = app, path = keep, host = server, request-headers { ... } }} */
final class ProxyRoute {

    /** The keys that have an effect with {@code proxy} only. */
    static final List<String> KEYS =
            List.of("path", "host", "map-responses", "via", "request-headers", "response-headers");

    /** Of these the gateway takes care itself; a message with others would be broken apart. */
    private static final Set<String> OURS = Set.of(
            "connection",
            "content-length",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final Map<String, UpstreamConfig> upstreams;
    private final ProxyConfig settings;

    /**
     * @param upstreams by name
     * @param settings for servers that the route itself names
     */
    ProxyRoute(Map<String, UpstreamConfig> upstreams, ProxyConfig settings) {
        this.upstreams = upstreams;
        this.settings = settings;
    }

    /** The target; empty after a mistake in it was noted. */
    Optional<RouteConfig.Content> read(Section section) {
        var targets = section.textOrTexts("proxy", "[\"http://10.0.0.1:3000\", \"http://10.0.0.2:3000\"]");
        var upstream = upstream(section, targets);
        var proxy = upstream.map(config -> new RouteConfig.Proxy(
                config,
                path(section),
                host(section),
                !section.has("map-responses") || section.flag("map-responses"),
                section.has("via")
                        ? ProxySection.via(section)
                        : config.settings().via(),
                headers(section, "request-headers"),
                headers(section, "response-headers")));
        return proxy.map(RouteConfig.Content.class::cast);
    }

    private Optional<UpstreamConfig> upstream(Section section, List<String> targets) {
        if (targets.size() == 1 && targets.getFirst().matches("[A-Za-z0-9_-]+")) {
            var name = targets.getFirst();
            var known = Optional.ofNullable(upstreams.get(name));
            if (known.isEmpty()) {
                var guess = Spelling.didYouMean(name, upstreams.keySet());
                section.mistake(
                        "proxy",
                        Mistakes.quote(name) + " is neither a URL nor the name of an upstream."
                                + (guess.isEmpty()
                                        ? " Write a URL such as http://127.0.0.1:3000, or declare it beside hosts:"
                                                + " upstreams { " + name + " { servers = [...] } }."
                                        : guess));
            }
            return known;
        }
        var servers = new ArrayList<UpstreamConfig.Server>();
        boolean good = !targets.isEmpty();
        for (var target : targets) {
            try {
                var server = new UpstreamConfig.Server(Urls.upstream(target), 1, false);
                if (servers.contains(server)) {
                    section.mistake("proxy", Mistakes.quote(target) + " is there twice. Remove one.");
                }
                servers.add(server);
            } catch (IllegalArgumentException e) {
                section.mistake("proxy", Mistakes.quote(Urls.withoutSecret(target)) + e.getMessage());
                good = false;
            }
        }
        if (targets.isEmpty() && section.has("proxy") && section.isList("proxy")) {
            section.mistake("proxy", "is empty; expected at least one URL.");
        }
        return good
                ? Optional.of(new UpstreamConfig(String.join(" ", targets), servers, settings, section.place("proxy")))
                : Optional.empty();
    }

    private static RouteConfig.PathRule path(Section section) {
        var rule = section.text("path").orElse("strip");
        return switch (rule) {
            case "strip" -> new RouteConfig.Strip();
            case "keep" -> new RouteConfig.Keep();
            default -> {
                if (!rule.matches("/([!-~&&[^?#%\\\\]]|%[0-9A-Fa-f]{2})*") || rule.contains("//")) {
                    section.mistake(
                            "path",
                            Mistakes.quote(rule) + " is no rule for the path; expected strip, keep, or a path such as"
                                    + " \"/other\" that stands in place of the route's.");
                    yield new RouteConfig.Strip();
                }
                yield new RouteConfig.Replace(RoutePath.plain(rule));
            }
        };
    }

    private static RouteConfig.HostRule host(Section section) {
        var rule = section.text("host").orElse("client");
        return switch (rule) {
            case "client" -> new RouteConfig.ClientHost();
            case "server" -> new RouteConfig.ServerHost();
            default -> {
                if (!rule.matches("([A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?")) {
                    section.mistake(
                            "host",
                            Mistakes.quote(rule) + " is no host; expected client, server, or a name such as"
                                    + " \"app.internal:3000\".");
                }
                yield new RouteConfig.FixedHost(rule);
            }
        };
    }

    private static HeaderRules headers(Section section, String key) {
        return section.section(key).map(ProxyRoute::headers).orElse(HeaderRules.NONE);
    }

    private static HeaderRules headers(Section section) {
        var rules = new HeaderRules(
                section.texts("remove", "[\"X-Name\"]"),
                section.pairs("set", "\"X-Name\" = \"value\""),
                section.pairs("add", "\"X-Name\" = \"value\""));
        rules.remove().forEach(name -> name(section, "remove", name));
        rules.set().forEach(header -> header(section, "set", header));
        rules.add().forEach(header -> header(section, "add", header));
        section.end();
        return rules;
    }

    private static void header(Section section, String key, Map.Entry<String, String> header) {
        name(section, key, header.getKey());
        if (!header.getValue().chars().allMatch(c -> c >= 0x20 && c < 0x7f || c == '\t')) {
            section.mistake(
                    key,
                    Mistakes.quote(header.getValue())
                            + " is no value of a header; expected printable ASCII on one line.");
        }
    }

    private static void name(Section section, String key, String name) {
        if (!ProxySection.TOKEN.matcher(name).matches()) {
            section.mistake(key, Mistakes.quote(name) + " is no name of a header.");
        } else if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
            section.mistake(
                    key,
                    Mistakes.quote(name) + " cannot be changed: it concerns the connection or the framing."
                            + (name.equalsIgnoreCase("host") ? " The route's host = ... sets the Host header." : ""));
        }
    }
}
