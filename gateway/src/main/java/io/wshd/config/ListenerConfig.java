package io.wshd.config;

/**
 * An address to accept connections on.
 *
 * @param name its key under {@code listeners}
 * @param host a host name or address without brackets; {@code 0.0.0.0} and {@code ::} mean every address
 * @param port 0 (any free port) to 65535
 * @param place of the {@code bind} value
 */
public record ListenerConfig(String name, String host, int port, Place place) {}
