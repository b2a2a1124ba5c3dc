package io.wshd.security;

import io.wshd.config.TlsConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Makes the JDK's TLS ready with the PEM files that other servers use. */
public final class TlsContext {

    private static final char[] NO_PASSWORD = {};

    private TlsContext() {}

    /**
     * Reads the files of a listener.
     *
     * @throws TlsException with the file, and what is wrong with it or with what is in it
     */
    public static SSLContext of(TlsConfig tls) throws TlsException {
        try {
            KeyStore keys = emptyStore();
            Certificate[] chain = certificates(tls.certificate()).toArray(Certificate[]::new);
            PrivateKey key = key(tls.key());
            if (!isPair(key, chain[0].getPublicKey())) {
                throw new TlsException(tls.key() + ": not the key (" + key.getAlgorithm() + ") of the certificate ("
                        + chain[0].getPublicKey().getAlgorithm() + ") in " + tls.certificate() + ".");
            }
            keys.setKeyEntry("server", key, NO_PASSWORD, chain);
            KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    own.getKeyManagers(),
                    tls.clientCa().isPresent() ? trusting(tls.clientCa().get()) : null,
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new TlsException(
                    tls.certificate() + " and " + tls.key() + ": cannot be used: " + e.getMessage() + ".");
        }
    }

    /** Whether what the one signs is signed for the other. */
    private static boolean isPair(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        if (!certified.getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                });
        signature.initSign(key);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        return signature.verify(signed);
    }

    private static PrivateKey key(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
        PrivateKey key = new JcaPEMKeyConverter().getPrivateKey(info);
        // It is Bouncy Castle's own, under that name, once that is a provider of this JVM: GraalPy makes it one for
        // "ssl".
        return key.getAlgorithm().equals("ECDSA")
                ? KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()))
                : key;
    }

    private static TrustManager[] trusting(Path authorities) throws TlsException, GeneralSecurityException {
        KeyStore trusted = emptyStore();
        int number = 0;
        for (Certificate certificate : certificates(authorities)) {
            trusted.setCertificateEntry("ca" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private static Collection<? extends Certificate> certificates(Path file) throws TlsException {
        try (var in = Files.newInputStream(file)) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new TlsException(file + ": no certificate; expected PEM, -----BEGIN CERTIFICATE-----.");
            }
            return found;
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (CertificateException e) {
            throw new TlsException(
                    file + ": no certificate (" + e.getMessage() + "); expected PEM, -----BEGIN CERTIFICATE-----.");
        }
    }

    private static PrivateKey key(Path file) throws TlsException, GeneralSecurityException {
        try (BufferedReader in = Files.newBufferedReader(file);
                PEMParser pem = new PEMParser(in)) {
            // A file may have certificates or curve parameters in front of the key.
            for (Object found; (found = pem.readObject()) != null; ) {
                if (found instanceof PEMKeyPair pair) {
                    return key(pair.getPrivateKeyInfo());
                }
                if (found instanceof PrivateKeyInfo info) {
                    return key(info);
                }
                if (found.getClass().getSimpleName().contains("Encrypted")) {
                    throw new TlsException(file + ": the key is encrypted. Write one without a password:"
                            + " openssl pkey -in " + file.getFileName() + " -out plain.pem.");
                }
            }
            throw new TlsException(file + ": no private key; expected PEM, -----BEGIN PRIVATE KEY-----.");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static TlsException unreadable(Path file, IOException e) {
        return new TlsException(
                e instanceof NoSuchFileException
                        ? file + ": does not exist."
                        : file + ": cannot be read: " + e.getMessage() + ".");
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new IllegalStateException("there is nothing to read", e);
        }
    }
}
