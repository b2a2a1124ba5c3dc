package io.wshd.config;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the requests of a listener have to bring to be looked at.
 *
 * @param credential {@code user:password} for HTTP Basic authentication (RFC 7617)
 * @param host that a request target with a host in it must name
 * @param port that a request target with a port in it must name
 */
public record AccessConfig(Optional<String> credential, Optional<String> host, OptionalInt port) {

    /** Nothing. */
    public static final AccessConfig OPEN = new AccessConfig(Optional.empty(), Optional.empty(), OptionalInt.empty());
}
