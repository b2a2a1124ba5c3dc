package io.wshd.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** {@code tls { ca = "ca.pem", certificate = "client.pem", key = "client.key" }} of an upstream. */
final class TlsSection {

    /** No file of certificates is larger. */
    private static final long LARGEST = 16 << 20;

    private final NamedFiles files;

    TlsSection(NamedFiles files) {
        this.files = files;
    }

    ProxyConfig.Tls read(Section section) {
        var authorities = files.file(section, "ca");
        var certificate = files.file(section, "certificate");
        var key = files.file(section, "key");
        var name = section.text("server-name");
        if (section.has("certificate") != section.has("key")) {
            section.mistake(
                    section.has("key") ? "key" : "certificate",
                    "needs the other of the two: a client shows its certificate and proves that it has the key.");
        }
        name.filter(text -> !text.matches("[A-Za-z0-9_.-]{1,253}"))
                .ifPresent(text -> section.mistake(
                        "server-name", Mistakes.quote(text) + " is no host name; expected one such as app.internal."));
        var fingerprint = fingerprint(section, List.of(authorities, certificate, key));
        section.end();
        return new ProxyConfig.Tls(authorities, certificate, key, name, fingerprint);
    }

    private static String fingerprint(Section section, List<Optional<Path>> named) {
        var present = named.stream().flatMap(Optional::stream).toList();
        if (present.isEmpty()) {
            return "";
        }
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var file : present) {
                if (Files.size(file) > LARGEST) {
                    section.mistake(file + " is too large for a file of certificates.");
                    return "";
                }
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            section.mistake("cannot be read: " + e + ".");
            return "";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
