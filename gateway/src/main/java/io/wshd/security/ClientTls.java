package io.wshd.security;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

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
        if (authorities.isEmpty() && certificate.isEmpty()) {
            return SSLContext.getDefault();
        }
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
        if (authorities.isEmpty()) {
            return null;
        }
        var store = empty();
        int number = 0;
        for (var certificate : Pem.certificates(authorities.get())) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
