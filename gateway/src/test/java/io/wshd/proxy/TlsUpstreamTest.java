package io.wshd.proxy;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xnio.Options;
import org.xnio.SslClientAuthMode;

/** Servers reached by https. */
class TlsUpstreamTest {

    @TempDir
    private static Path directory;

    private static Certificates server;
    private static Certificates client;

    private Undertow upstream;

    /** A server whose certificate is for {@code localhost} alone. */
    @BeforeEach
    void start() throws Exception {
        if (server == null) {
            server = Certificates.make(directory, "server", "dns:localhost", "dns:app.internal");
            client = Certificates.make(directory, "client");
        }
        start(SslClientAuthMode.REQUESTED);
    }

    private void start(SslClientAuthMode clients) throws Exception {
        upstream = Undertow.builder()
                .addHttpsListener(0, "127.0.0.1", server.server(client))
                .setSocketOption(Options.SSL_CLIENT_AUTH_MODE, clients)
                .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                .setHandler(exchange -> {
                    var session = exchange.getConnection().getSslSession();
                    var names = session instanceof ExtendedSSLSession extended
                            ? extended.getRequestedServerNames().stream()
                                    .map(name -> ((SNIHostName) name).getAsciiName())
                                    .toList()
                            : "";
                    var shown = exchange.getConnection()
                            .getSslSessionInfo()
                            .getSSLSession()
                            .getLocalPrincipal();
                    exchange.getResponseSender()
                            .send(exchange.getProtocol() + " " + exchange.getRequestURI() + " "
                                    + exchange.getRequestHeaders().getFirst(Headers.X_FORWARDED_PROTO) + " " + names
                                    + " " + shown + " " + peer(exchange));
                })
                .build();
        upstream.start();
    }

    private static String peer(HttpServerExchange exchange) {
        try {
            return exchange.getConnection()
                    .getSslSessionInfo()
                    .getSSLSession()
                    .getPeerPrincipal()
                    .getName();
        } catch (SSLPeerUnverifiedException e) {
            return "nobody";
        }
    }

    @AfterEach
    void stop() {
        upstream.stop();
    }

    private String url(String host) {
        var port = ((InetSocketAddress) upstream.getListenerInfo().getFirst().getAddress()).getPort();
        return "https://" + host + ":" + port;
    }

    private TestGateway gateway(String host, String... tls) throws Exception {
        return Proxied.route(
                "/app",
                "proxy = \"" + url(host) + "\"",
                "proxy.tls={ ca = \"" + server.certificate() + "\", " + String.join(", ", tls) + " }",
                "proxy.retries=0");
    }

    @Test
    void aServerIsReachedOverTlsAgainAndAgain() throws Exception {
        try (var gateway = gateway("localhost")) {
            for (var i = 0; i < 20; i++) {
                assertThat(RawHttp.get(gateway.port(), "/app/x").body()).startsWith("HTTP/1.1 /x http ");
            }
            // One for each I/O thread at most: the handshake is not repeated.
            assertThat(gateway.gateway()
                            .upstreams()
                            .status()
                            .getFirst()
                            .servers()
                            .getFirst()
                            .connections())
                    .isLessThanOrEqualTo(Runtime.getRuntime().availableProcessors());
        }
    }

    @Test
    void theNameOfTheUrlIsAskedForUnlessAnotherIsGiven() throws Exception {
        try (var gateway = gateway("localhost")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").body()).contains("[localhost]");
        }
        try (var gateway = gateway("127.0.0.1", "server-name = app.internal")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").body()).contains("[app.internal]");
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        try (var log = new CapturedLog("proxy");
                var gateway = gateway("127.0.0.1")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(502);
            assertThat(log.text()).contains("cannot connect: TLS handshake: ").contains("127.0.0.1");
        }
    }

    @Test
    void aCertificateOfNobodyThatIsTrustedIsRefused() throws Exception {
        try (var log = new CapturedLog("proxy");
                var gateway = Proxied.at("/app", URI.create(url("localhost")), "proxy.retries=0")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(502);
            assertThat(log.text()).contains("cannot connect: TLS handshake: ");
        }
    }

    @Test
    void aServerThatAsksForACertificateGetsOurs() throws Exception {
        upstream.stop();
        start(SslClientAuthMode.REQUIRED);
        var own = "certificate = \"" + client.certificate() + "\", key = \"" + client.key() + "\"";
        try (var gateway = gateway("localhost", own)) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").body()).endsWith(" CN=client");
        }
        try (var gateway = gateway("localhost")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(502);
        }
    }

    @Test
    void aWebSocketPassesOverTls() throws Exception {
        // Of the tunnel itself; its other end is the same as without TLS.
        upstream.stop();
        upstream = Undertow.builder()
                .addHttpsListener(0, "127.0.0.1", server.server(client))
                .setHandler(exchange -> exchange.upgradeChannel((connection, upgraded) -> {
                    var copy = new Echo(connection);
                    copy.start();
                }))
                .build();
        upstream.start();
        try (var gateway = gateway("localhost");
                var peer = new RawHttp(gateway.port())) {
            peer.send("GET /app/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst");
            assertThat(peer.head()).startsWith("HTTP/1.1 101 ");
            assertThat(peer.until("first")).isEqualTo("first");
            peer.send("x".repeat(100_000) + "end");
            assertThat(peer.next(100_003)).endsWith("xend");
        }
    }

    @Test
    void aServerThatSpeaksNoTlsGives502() throws Exception {
        try (var plain = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var log = new CapturedLog("proxy");
                var gateway = silent(plain, "SSH-2.0-OpenSSH_9.2\r\n", "proxy.retries=0")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(502);
            assertThat(log.text()).contains("cannot connect: TLS handshake: ");
        }
    }

    @Test
    void aHandshakeThatDoesNotComeToItsEndIsGivenUp() throws Exception {
        try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var gateway = silent(silent, "", "proxy.retries=0", "proxy.connect-timeout=300ms")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(504);
        }
    }

    /** A gateway before a server that says one thing and nothing more. */
    private static TestGateway silent(ServerSocket listener, String greeting, String... settings) {
        Thread.ofVirtual().start(() -> {
            try (var socket = listener.accept()) {
                RawUpstream.write(socket.getOutputStream(), greeting);
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // The test is over.
            }
        });
        return Proxied.at("/app", URI.create("https://127.0.0.1:" + listener.getLocalPort()), settings);
    }

    @Test
    void certificatesThatCannotBeReadAreToldWithTheirPlace() throws Exception {
        var nonsense = Files.writeString(directory.resolve("nonsense.pem"), "no certificate");
        assertThatThrownBy(() -> Proxied.route("/app", "proxy = \"https://localhost:1\"", "proxy.tls.ca=" + nonsense)
                        .close())
                .hasMessageContaining("gateway.conf:2: hosts.\"*\".routes.\"/app\".proxy: tls: ")
                .hasMessageContaining("has no certificate in PEM");
        var old = Files.writeString(
                directory.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        assertThatThrownBy(() -> Proxied.route(
                                "/app",
                                "proxy = \"https://localhost:1\"",
                                "proxy.tls={ certificate = \"" + client.certificate() + "\", key = \"" + old + "\" }")
                        .close())
                .hasMessageContaining("openssl pkcs8");
    }

    @Test
    void http2IsSpokenWhereTheServerAgrees() throws Exception {
        try (var gateway = Proxied.route(
                "/app",
                "proxy = \"" + url("localhost") + "\"",
                "proxy.tls.ca=" + server.certificate(),
                "proxy.http2=on")) {
            for (int i = 0; i < 20; i++) {
                assertThat(RawHttp.get(gateway.port(), "/app/x").body()).startsWith("HTTP/2.0 /x http ");
            }
            eventually(() -> assertThat(gateway.gateway()
                            .upstreams()
                            .status()
                            .getFirst()
                            .servers()
                            .getFirst()
                            .connections())
                    .isLessThanOrEqualTo(Runtime.getRuntime().availableProcessors()));
        }
    }
}
