package io.wshd.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificates, made by the JDK's keytool. */
final class Certificates {

    private static final String PASSWORD = "changeit";

    private final Path directory;
    private final String name;
    private final KeyStore store;

    private Certificates(Path directory, String name, KeyStore store) {
        this.directory = directory;
        this.name = name;
        this.store = store;
    }

    /**
     * @param alternatives as for keytool: {@code dns:localhost}
     */
    static Certificates make(Path directory, String name, String... alternatives) throws Exception {
        var file = directory.resolve(name + ".p12");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString()));
        if (alternatives.length > 0) {
            command.addAll(List.of("-ext", "SAN=" + String.join(",", alternatives)));
        }
        var made = new ProcessBuilder(command).redirectErrorStream(true).start();
        made.getInputStream().transferTo(OutputStream.nullOutputStream());
        assertThat(made.waitFor()).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return new Certificates(directory, name, store);
    }

    /** The certificate in PEM. */
    Path certificate() throws Exception {
        Certificate certificate = store.getCertificate("a");
        return pem(".pem", "CERTIFICATE", certificate.getEncoded());
    }

    /** The key in PEM. */
    Path key() throws Exception {
        Key key = store.getKey("a", PASSWORD.toCharArray());
        return pem(".key", "PRIVATE KEY", key.getEncoded());
    }

    private Path pem(String suffix, String what, byte[] content) throws Exception {
        var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                directory.resolve(name + suffix),
                "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    /** Of a server with this certificate, which trusts the owner of another one. */
    SSLContext server(Certificates trusted) throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted.store);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
