package io.wshd.config;

import java.util.List;

/**
 * The routes of one virtual host.
 *
 * @param name a host name in lower case without a port, or {@code *} for every host that no other entry names
 */
public record HostConfig(String name, List<RouteConfig> routes) {}
