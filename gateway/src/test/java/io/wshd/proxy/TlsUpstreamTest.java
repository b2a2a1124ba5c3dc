package io.wshd.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.Undertow;
import io.undertow.util.Headers;
import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsUpstreamTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path temporary;

    private SSLContext before;
    private Undertow upstream;

    /** An upstream whose certificate is for {@code localhost} alone, and trusted. */
    @BeforeEach
    void start() throws Exception {
        var file = temporary.resolve("keys.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        made.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        assertThat(made.waitFor()).isZero();
        var keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        var tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        before = SSLContext.getDefault();
        SSLContext.setDefault(tls);
        upstream = Undertow.builder()
                .addHttpsListener(0, "127.0.0.1", tls)
                .setHandler(exchange -> exchange.getResponseSender()
                        .send(exchange.getRequestScheme() + " " + exchange.getRequestURI() + " "
                                + exchange.getRequestHeaders().getFirst(Headers.X_FORWARDED_PROTO)))
                .build();
        upstream.start();
    }

    @AfterEach
    void stop() {
        upstream.stop();
        SSLContext.setDefault(before);
    }

    private TestGateway mount(String host) {
        var port = ((InetSocketAddress) upstream.getListenerInfo().getFirst().getAddress()).getPort();
        return Proxied.at("/app", URI.create("https://" + host + ":" + port), "proxy.connections=2");
    }

    @Test
    void anUpstreamIsReachedOverTlsAgainAndAgain() throws Exception {
        try (var server = mount("localhost")) {
            for (var i = 0; i < 20; i++) {
                assertThat(RawHttp.get(server.port(), "/app/x").body()).isEqualTo("https /x http");
            }
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        try (var log = new CapturedLog("proxy");
                var server = mount("127.0.0.1")) {
            assertThat(RawHttp.get(server.port(), "/app/x").status()).isEqualTo(502);
            assertThat(log.lines()).hasSize(1);
        }
    }
}
