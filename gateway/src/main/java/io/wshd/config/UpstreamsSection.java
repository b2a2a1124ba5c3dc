package io.wshd.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code upstreams { app { servers = ["http://127.0.0.1:3000"] } }} */
final class UpstreamsSection {

    private static final String EXAMPLE = "[\"http://10.0.0.1:3000\", { url = \"http://10.0.0.2:3000\", weight = 2 }]";

    private final Section defaults;
    private final ProxySection settings;

    /** @param defaults the section {@code proxy} */
    UpstreamsSection(Section defaults, ProxySection settings) {
        this.defaults = defaults;
        this.settings = settings;
    }

    /** The upstreams by name. */
    Map<String, UpstreamConfig> read(Section section) {
        var upstreams = new LinkedHashMap<String, UpstreamConfig>();
        for (var entry : section.entries("{ servers = [...] }")) {
            if (!entry.key().matches("[A-Za-z0-9_-]{1,64}")) {
                entry.section()
                        .mistake(Mistakes.quote(entry.key())
                                + " is no name; expected at most 64 of letters, digits, \"-\" and \"_\".");
            }
            upstreams.put(entry.key(), upstream(entry.key(), entry.section()));
        }
        return upstreams;
    }

    private UpstreamConfig upstream(String name, Section section) {
        var own = section.over(defaults);
        var servers = servers(own);
        var config = new UpstreamConfig(name, servers, settings.read(own), section.place());
        own.end();
        return config;
    }

    private static List<UpstreamConfig.Server> servers(Section section) {
        var servers = new ArrayList<UpstreamConfig.Server>();
        if (!section.has("servers")) {
            section.mistake("no servers; expected servers = " + EXAMPLE + ".");
            return servers;
        }
        var items = section.items("servers", EXAMPLE);
        for (var item : items) {
            item.text()
                    .flatMap(url -> url(section, "servers", url))
                    .ifPresent(url -> servers.add(new UpstreamConfig.Server(url, 1, false)));
            item.section().flatMap(UpstreamsSection::server).ifPresent(servers::add);
        }
        if (items.isEmpty() && section.isList("servers")) {
            section.mistake("servers", "is empty; expected at least one server.");
        }
        var seen = new HashSet<URI>();
        servers.stream()
                .filter(server -> !seen.add(server.url()))
                .forEach(server -> section.mistake(
                        "servers",
                        Mistakes.quote(server.url().toString())
                                + " is there twice. Remove one, or give one of them a weight of 2."));
        if (!servers.isEmpty() && servers.stream().allMatch(UpstreamConfig.Server::backup)) {
            section.mistake("servers", "are all backups. Remove backup from at least one.");
        }
        return servers;
    }

    private static Optional<UpstreamConfig.Server> server(Section section) {
        if (!section.has("url")) {
            section.mistake("no url; expected one such as { url = \"http://127.0.0.1:3000\" }.");
        }
        var url = section.text("url").flatMap(text -> url(section, "url", text));
        int weight = section.has("weight") ? section.count("weight", 1, 1000) : 1;
        boolean backup = section.has("backup") && section.flag("backup");
        section.end();
        return url.map(known -> new UpstreamConfig.Server(known, weight, backup));
    }

    private static Optional<URI> url(Section section, String key, String text) {
        try {
            return Optional.of(Urls.upstream(text));
        } catch (IllegalArgumentException e) {
            section.mistake(key, Mistakes.quote(Urls.withoutSecret(text)) + e.getMessage());
            return Optional.empty();
        }
    }
}
