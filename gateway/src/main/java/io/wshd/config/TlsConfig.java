package io.wshd.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The TLS of a listener.
 *
 * @param certificate a PEM file: the server's certificate, and those that lead to its root
 * @param key a PEM file with its private key, not encrypted; may be the same file
 * @param clients whether clients have to show a certificate as well
 * @param clientCa a PEM file with the certificates that those of clients are signed with; empty for those that the JDK
 *     trusts
 */
public record TlsConfig(Path certificate, Path key, Clients clients, Optional<Path> clientCa) {

    /** Whether a client's certificate is asked for. */
    public enum Clients {
        NONE,
        OPTIONAL,
        REQUIRED
    }
}
