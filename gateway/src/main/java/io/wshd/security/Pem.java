package io.wshd.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Certificates and keys in PEM (RFC 7468). The JDK reads the former; for the latter it has no final API. */
final class Pem {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----\\s*([A-Za-z0-9+/=\\s]+)-----END \\1PRIVATE KEY-----");

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private Pem() {}

    /** All certificates of a file, at least one. */
    static List<X509Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        try {
            var factory = CertificateFactory.getInstance("X.509");
            var found = factory.generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
            if (found.isEmpty()) {
                throw new CertificateException("there is none");
            }
            return found.stream().map(X509Certificate.class::cast).toList();
        } catch (CertificateException e) {
            throw new GeneralSecurityException(
                    file + " has no certificate in PEM (\"-----BEGIN CERTIFICATE-----\"): " + e.getMessage(), e);
        }
    }

    /** The private key of a file, in PKCS #8 and not encrypted. */
    static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        var match = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!match.find()) {
            throw new GeneralSecurityException(file + " has no private key in PEM (\"-----BEGIN PRIVATE KEY-----\")");
        }
        if (!match.group(1).isEmpty()) {
            throw new GeneralSecurityException(
                    file + " has a private key in the form \"" + match.group(1).strip()
                            + "\"; expected PKCS #8, not encrypted. Convert it: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
        }
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(match.group(2));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException(file + " has a private key that is no base64", e);
        }
        for (var algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (InvalidKeySpecException e) {
                // Of another kind; the next may fit.
            }
        }
        throw new GeneralSecurityException(file + " has a private key of an unknown kind; expected RSA, EC or Ed25519");
    }
}
