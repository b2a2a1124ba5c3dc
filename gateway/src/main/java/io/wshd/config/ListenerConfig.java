package io.wshd.config;

import java.util.Optional;

/**
 * An address to accept connections on.
 *
 * @param name its key under {@code listeners}
 * @param host a host name or address without brackets; {@code 0.0.0.0} and {@code ::} mean every address
 * @param port 0 (any free port) to 65535
 * @param backlog connections that wait to be accepted, at most
 * @param place of the {@code bind} value
 */
public record ListenerConfig(
        String name, String host, int port, Optional<TlsConfig> tls, AccessConfig access, int backlog, Place place) {

    /** What Undertow itself chooses. */
    public static final int BACKLOG = 1000;

    /** A listener without TLS that is open to everybody. */
    public ListenerConfig(String name, String host, int port, Place place) {
        this(name, host, port, Optional.empty(), AccessConfig.OPEN, BACKLOG, place);
    }
}
