package io.wshd.config;

import java.net.URI;
import java.util.List;

/**
 * An application that requests are passed to, as one or more servers. Equal to another when it is configured the same,
 * wherever that stands.
 *
 * @param name its key under {@code upstreams}; of one that a route gives as URLs, these
 * @param place for complaints and the log
 */
public record UpstreamConfig(String name, List<Server> servers, ProxyConfig settings, Place place) {

    /**
     * One server.
     *
     * @param url {@code http} or {@code https}, with a host, at most a path, and nothing behind it
     * @param weight its share of the requests beside those of the others, from 1
     * @param backup whether it gets requests only when none of the others can
     */
    public record Server(URI url, int weight, boolean backup) {}

    @Override
    public boolean equals(Object other) {
        return other instanceof UpstreamConfig that
                && name.equals(that.name)
                && servers.equals(that.servers)
                && settings.equals(that.settings);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + servers.hashCode();
    }
}
