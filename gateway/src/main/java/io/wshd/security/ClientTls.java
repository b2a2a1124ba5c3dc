package io.wshd.security;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS as a client: whom to trust, and which certificate to show. */
public final class ClientTls {

    private ClientTls() {}

    /**
     * Blocks on files.
     *
     * @param authorities trusted certificates in PEM; empty: those of the JDK
     * @param certificate the certificate to show, with its chain, in PEM; empty: none
     * @param key its private key in PEM; present when the certificate is
     * @throws GeneralSecurityException with a message for the operator
     */
    public static SSLContext context(Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key)
            throws IOException, GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(keys(certificate, key), trust(authorities), null);
        return context;
    }

    private static KeyManager[] keys(Optional<Path> certificate, Optional<Path> key)
            throws IOException, GeneralSecurityException {
        if (certificate.isEmpty() || key.isEmpty()) {
            return null;
        }
        var store = empty();
        var chain = Pem.certificates(certificate.get());
        store.setKeyEntry(
                "client", Pem.key(key.get()), new char[0], chain.toArray(new java.security.cert.Certificate[0]));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trust(Optional<Path> authorities) throws IOException, GeneralSecurityException {
        KeyStore store = null;
        if (authorities.isPresent()) {
            store = empty();
            int number = 0;
            for (var certificate : Pem.certificates(authorities.get())) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        // Null stands for the JDK's own.
        factory.init(store);
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager trust) {
                return new TrustManager[] {new RecordingTrust(trust)};
            }
        }
        throw new GeneralSecurityException("this JDK has no trust manager for TLS");
    }

    /** Why a handshake of one of these contexts refused the other side; empty when it did not. */
    public static Optional<String> refusal(SSLEngine engine) {
        var session = engine.getHandshakeSession() == null ? engine.getSession() : engine.getHandshakeSession();
        return Optional.ofNullable((String) session.getValue(RecordingTrust.REFUSAL));
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
