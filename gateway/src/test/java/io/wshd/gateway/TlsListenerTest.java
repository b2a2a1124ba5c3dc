package io.wshd.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wshd.TestCertificate;
import io.wshd.TestGateway;
import io.wshd.config.AccessConfig;
import io.wshd.config.Compatibility;
import io.wshd.config.ConfigException;
import io.wshd.config.ConfigReader;
import io.wshd.config.GatewayConfig;
import io.wshd.config.HostConfig;
import io.wshd.config.ListenerConfig;
import io.wshd.config.Place;
import io.wshd.config.RouteConfig;
import io.wshd.config.TlsConfig;
import io.wshd.websocket.Frames;
import io.wshd.websocket.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A listener that speaks TLS, by a client of the JDK. */
@Timeout(120)
class TlsListenerTest {

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource({"RSA, true", "RSA, false", "EC, true", "EC, false"})
    void keysOfAllUsualFormsAreRead(String algorithm, boolean pkcs8) throws Exception {
        var own = TestCertificate.of(algorithm);
        var key = temporary.resolve("key.pem");
        var written = pkcs8 ? own.writeKey(key) : own.writeOldKey(key);
        assertThat(Files.readString(written)).contains(pkcs8 ? "BEGIN PRIVATE" : "BEGIN " + algorithm + " PRIVATE");
        try (var gateway = start(own, TlsConfig.Clients.NONE, Optional.empty())) {
            assertThat(get(gateway, own.client(null))).endsWith("\r\n\r\nthe page");
        }
    }

    /** As for a gateway that changes its listeners after a Python handler has imported ssl. */
    @Test
    void keysAreReadBesideAnotherProviderOfTheirKind() throws Exception {
        boolean added = Security.addProvider(new BouncyCastleProvider()) >= 0;
        try {
            keysOfAllUsualFormsAreRead("EC", true);
            keysOfAllUsualFormsAreRead("EC", false);
            keysOfAllUsualFormsAreRead("RSA", true);
        } finally {
            if (added) {
                Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
            }
        }
    }

    @Test
    void aKeyMayStandBehindItsCertificateInOneFile() throws Exception {
        var own = TestCertificate.of("EC");
        var key = own.writeKey(temporary.resolve("key.pem"));
        var certificate = own.writeCertificate(temporary.resolve("cert.pem"));
        Files.writeString(key, Files.readString(certificate) + Files.readString(key));
        try (var gateway = start(own, TlsConfig.Clients.NONE, Optional.empty())) {
            assertThat(get(gateway, own.client(null))).endsWith("the page");
        }
    }

    @Test
    void clientsShowTheCertificateThatIsAskedFor() throws Exception {
        var own = TestCertificate.of("EC");
        var client = TestCertificate.of("EC");
        var stranger = TestCertificate.of("EC");
        own.writeKey(temporary.resolve("key.pem"));
        var authority = client.writeCertificate(temporary.resolve("ca.pem"));
        try (var gateway = start(own, TlsConfig.Clients.REQUIRED, Optional.of(authority))) {
            assertThat(get(gateway, own.client(client))).endsWith("the page");
            assertThatThrownBy(() -> get(gateway, own.client(stranger))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(gateway, own.client(null))).isInstanceOf(IOException.class);
        }
        try (var gateway = start(own, TlsConfig.Clients.OPTIONAL, Optional.of(authority))) {
            assertThat(get(gateway, own.client(null))).endsWith("the page");
            assertThat(get(gateway, own.client(client))).endsWith("the page");
        }
    }

    @Test
    void handlersWriteBytesOfTheirOwnOverTls() throws Exception {
        var own = TestCertificate.of("EC");
        own.writeKey(temporary.resolve("key.pem"));
        write("raw_wsh.py", """
                def web_socket_do_extra_handshake(request):
                    assert request.is_https()
                    request.connection.write(b'junk')

                def web_socket_transfer_data(request):
                    request.connection.write(request.connection.read(7))
                """);
        write("plain_wsh.py", """
                def web_socket_do_extra_handshake(request):
                    assert request.is_https()

                def web_socket_transfer_data(request):
                    request.ws_stream.send_message(request.ws_stream.receive_message())
                """);
        try (var gateway = start(own, TlsConfig.Clients.NONE, Optional.empty())) {
            var sent = Frames.text("x");
            var raw = talk(gateway, own.client(null), RawClient.requestFor("/raw"), sent, Frames.close(1000, ""));
            assertThat(raw).startsWith("junkHTTP/1.1 101 ").contains(new String(sent, StandardCharsets.ISO_8859_1));
            var large = "x".repeat(100_000);
            var plain = talk(
                    gateway,
                    own.client(null),
                    RawClient.requestFor("/plain"),
                    Frames.text(large),
                    Frames.close(1000, ""));
            assertThat(plain).startsWith("HTTP/1.1 101 ").contains(large);
        }
    }

    @Test
    void filesThatCannotBeUsedAreNamed() throws Exception {
        var own = TestCertificate.of("EC");
        var key = own.writeKey(temporary.resolve("key.pem"));
        assertThat(mistake(TestCertificate.of("RSA")))
                .contains("key.pem: not the key (EC) of the certificate (RSA) in ");
        assertThat(mistake(TestCertificate.of("EC"))).contains("key.pem: not the key (EC) of the certificate (EC) in ");
        Files.writeString(key, "no key");
        assertThat(mistake(own)).contains("key.pem: no private key; expected PEM, -----BEGIN PRIVATE KEY-----.");
        own.writeSecretKey(key, "sesame");
        assertThat(mistake(own)).contains("key.pem: the key is encrypted. Write one without a password: openssl pkey");
        Files.delete(key);
        assertThat(mistake(own)).contains("key.pem: does not exist.");
    }

    private String mistake(TestCertificate own) throws Exception {
        own.writeCertificate(temporary.resolve("cert.pem"));
        try (var gateway = Gateway.start(config(TlsConfig.Clients.NONE, Optional.empty()))) {
            return "it starts at " + gateway.addresses();
        } catch (ConfigException e) {
            return e.getMessage();
        }
    }

    private TestGateway start(TestCertificate own, TlsConfig.Clients clients, Optional<Path> authority)
            throws IOException {
        own.writeCertificate(temporary.resolve("cert.pem"));
        Files.writeString(temporary.resolve("page.html"), "the page");
        return TestGateway.of(config(clients, authority));
    }

    private GatewayConfig config(TlsConfig.Clients clients, Optional<Path> authority) throws IOException {
        var handlers = Files.createDirectories(temporary.resolve("handlers"));
        var place = new Place("test", 0, "listeners");
        var tls = new TlsConfig(temporary.resolve("cert.pem"), temporary.resolve("key.pem"), clients, authority);
        return ConfigReader.of(
                temporary,
                List.of(new ListenerConfig(
                        "tls", "127.0.0.1", 0, Optional.of(tls), AccessConfig.OPEN, ListenerConfig.BACKLOG, place)),
                List.of(new HostConfig(
                        "*",
                        List.of(new RouteConfig(
                                "/",
                                Optional.of(new RouteConfig.Files(temporary)),
                                Optional.of(new RouteConfig.Handlers(handlers)),
                                "main",
                                List.of(),
                                Compatibility.PYWEBSOCKET,
                                place)))));
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(Files.createDirectories(temporary.resolve("handlers")).resolve(name), content);
    }

    private static String get(TestGateway gateway, SSLContext client) throws IOException {
        return talk(
                gateway,
                client,
                "GET /page.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.ISO_8859_1));
    }

    /** All that comes back, one ISO 8859-1 character a byte. */
    private static String talk(TestGateway gateway, SSLContext client, byte[]... parts) throws IOException {
        try (var socket = (SSLSocket) client.getSocketFactory().createSocket("localhost", gateway.port())) {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(Frames.join(parts));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
