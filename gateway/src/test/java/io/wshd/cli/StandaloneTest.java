package io.wshd.cli;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import io.wshd.config.ConfigException;
import io.wshd.config.GatewayConfig;
import io.wshd.config.RouteConfig;
import io.wshd.config.TlsConfig;
import io.wshd.websocket.RawClient;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The options of pywebsocket's standalone.py. */
@Timeout(120)
class StandaloneTest {

    private static final String ECHO = """
            from mod_pywebsocket import msgutil

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                while True:
                    line = msgutil.receive_message(request)
                    if line is None or line == 'Goodbye':
                        return
                    msgutil.send_message(request, line)
            """;

    @TempDir
    private Path temporary;

    private Path root;
    private Path handlers;

    @BeforeEach
    void layOut() throws IOException {
        temporary = temporary.toRealPath();
        root = Files.createDirectories(temporary.resolve("root"));
        handlers = Files.createDirectories(root.resolve("handlers"));
        Files.createDirectories(handlers.resolve("deep"));
        Files.writeString(root.resolve("page.html"), "the page");
        Files.writeString(handlers.resolve("echo_wsh.py"), ECHO);
        Files.writeString(handlers.resolve("deep/echo_wsh.py"), ECHO);
    }

    /** What the options make, relative names starting at the directory of this test. */
    private GatewayConfig configured(String... options) throws Exception {
        return command(options).config();
    }

    private Standalone command(String... options) throws Exception {
        var command = new Standalone();
        var all = new java.util.ArrayList<>(List.of("-d", root.toString()));
        all.addAll(List.of(options));
        new CommandLine(command)
                .setOverwrittenOptionsAllowed(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(StandaloneFile.expand(all).toArray(String[]::new));
        return command;
    }

    private TestGateway started(String... options) throws Exception {
        var all = new java.util.ArrayList<>(List.of("-p", "0"));
        all.addAll(List.of(options));
        return TestGateway.of(configured(all.toArray(String[]::new)));
    }

    @Test
    void handlersAreServedBelowTheirDirectoryAndFilesBelowTheDocumentRoot() throws Exception {
        try (var gateway = started("-w", "handlers")) {
            try (var echo = gateway.connect("/echo");
                    var deep = gateway.connect("/deep/echo")) {
                assertThat(echo.ask("hi")).isEqualTo("hi");
                assertThat(deep.ask("ho")).isEqualTo("ho");
                echo.send("Goodbye");
                assertThat(echo.closed()).isEqualTo(new TestSocket.Closed(1000, ""));
            }
            assertThat(gateway.refusal("/handlers/echo")).isEqualTo(404);
            assertThat(RawHttp.get(gateway.port(), "/page.html").body()).isEqualTo("the page");
        }
    }

    @Test
    void byDefaultHandlersAreLookedForInTheDocumentRoot() throws Exception {
        try (var gateway = started()) {
            assertThat(gateway.refusal("/handlers/echo")).isEqualTo(101);
        }
    }

    @Test
    void pagesFromDiskMayConnect() throws Exception {
        try (var gateway = started("-w", "handlers");
                var client = new RawHttp(gateway.port())) {
            client.send(new String(RawClient.requestFor("/echo", "Origin: null"), StandardCharsets.ISO_8859_1));
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        }
    }

    @Test
    void onlyTheScannedPartIsServedUnderTheSamePaths() throws Exception {
        try (var gateway = started("-w", "handlers", "-s", "handlers/deep")) {
            assertThat(gateway.refusal("/deep/echo")).isEqualTo(101);
            assertThat(gateway.refusal("/echo")).isEqualTo(404);
        }
    }

    @Test
    void handlersHaveTheirAliasesToo() throws Exception {
        Files.writeString(root.resolve("map"), """
                # alias, path
                /also /echo
                /still/another\t/deep/echo
                /dangling /nothing

                """);
        try (var log = new CapturedLog();
                var gateway = started("-w", "handlers", "-m", "map")) {
            for (var path : List.of("/also", "/still/another", "/echo")) {
                assertThat(gateway.refusal(path)).isEqualTo(101);
            }
            assertThat(gateway.refusal("/dangling")).isEqualTo(404);
            assertThat(log.text())
                    .containsOnlyOnce("WARN scripts: /dangling: is no alias: there is no handler for /nothing");
        }
    }

    @Test
    void whatCannotServeIsNamedWithItsLineAndTheOthersServe() throws Exception {
        Files.writeString(handlers.resolve("broken_wsh.py"), "def web_socket_do_extra_handshake(request):\n  oh no\n");
        Files.writeString(handlers.resolve("hookless_wsh.py"), "import time\n");
        Files.writeString(handlers.resolve("raising_wsh.py"), "\n\nraise ValueError('bad day')\n");
        Files.createSymbolicLink(handlers.resolve("dangling_wsh.py"), temporary.resolve("gone_wsh.py"));
        Files.write(handlers.resolve("latin_wsh.py"), new byte[] {'#', ' ', (byte) 0xfc, '\n'});
        var outside = Files.writeString(temporary.resolve("outside_wsh.py"), ECHO);
        Files.createSymbolicLink(handlers.resolve("outside_wsh.py"), outside);
        try (var log = new CapturedLog();
                var gateway = started("-w", "handlers")) {
            assertThat(gateway.refusal("/echo")).isEqualTo(101);
            assertThat(gateway.refusal("/outside")).isEqualTo(404);
            for (var broken : List.of("/broken", "/hookless", "/raising", "/dangling", "/latin")) {
                assertThat(gateway.refusal(broken)).isEqualTo(404);
            }
            assertThat(log.text())
                    .contains(
                            "WARN scripts: handlers/broken_wsh.py:2: SyntaxError",
                            "WARN scripts: handlers/hookless_wsh.py: no function web_socket_do_extra_handshake",
                            "WARN scripts: handlers/raising_wsh.py:3: ValueError: bad day",
                            handlers.resolve("outside_wsh.py") + ": not served: it is a link to " + outside);
        }
    }

    @Test
    void whatAHandlerWillNeedIsThereBeforeItsFirstClient() throws Exception {
        Files.writeString(handlers.resolve("late_wsh.py"), """
                import sys

                def web_socket_do_extra_handshake(request):
                    pass

                def web_socket_transfer_data(request):
                    there = [name in sys.modules for name in ('urllib.parse', 'locale', 'wave', 'this')]
                    request.ws_stream.send_message(str(there))
                    if request.ws_resource.endswith('?never'):
                        import this, urllib, wave
                        open(urllib.parse.quote('a'))
                """);
        try (var gateway = started("-w", "handlers")) {
            eventually(() -> {
                try (var client = gateway.connect("/late")) {
                    assertThat(client.receive()).isEqualTo("[True, True, True, False]");
                }
            });
        }
    }

    @Test
    void nothingIsLeftBesideTheHandlers() throws Exception {
        Files.writeString(handlers.resolve("shared.py"), "NAME = 'shared'\n");
        Files.writeString(handlers.resolve("user_wsh.py"), "import shared\n" + ECHO);
        try (var gateway = started("-w", "handlers")) {
            assertThat(gateway.refusal("/user")).isEqualTo(101);
        }
        assertThat(handlers.resolve("__pycache__")).doesNotExist();
    }

    @Test
    void linksToHandlersElsewhereAreServedWhenThatIsAllowed() throws Exception {
        var outside = Files.writeString(temporary.resolve("outside_wsh.py"), ECHO);
        Files.createSymbolicLink(handlers.resolve("outside_wsh.py"), outside);
        try (var gateway = started("-w", "handlers", "--allow-handlers-outside-root-dir");
                var client = gateway.connect("/outside")) {
            assertThat(client.ask("hi")).isEqualTo("hi");
        }
    }

    @Test
    void scriptsOpenFilesFromTheDocumentRoot() throws Exception {
        Files.writeString(handlers.resolve("file_wsh.py"), """
                def web_socket_do_extra_handshake(request):
                    pass

                def web_socket_transfer_data(request):
                    with open('page.html') as page:
                        request.ws_stream.send_message(page.read())
                """);
        try (var gateway = started("-w", "handlers");
                var client = gateway.connect("/file")) {
            assertThat(client.receive()).isEqualTo("the page");
        }
    }

    @Test
    void handlersImportFromThePythonpath() throws Exception {
        var directory = Files.createDirectories(temporary.resolve("more/packages"));
        Files.writeString(directory.resolve("greetings.py"), "HELLO = 'from the path'\n");
        Files.writeString(handlers.resolve("greet_wsh.py"), """
                import greetings

                def web_socket_do_extra_handshake(request):
                    pass

                def web_socket_transfer_data(request):
                    request.ws_stream.send_message(greetings.HELLO)
                """);
        var command = command("-p", "0", "-w", "handlers");
        command.pythonPath = temporary.resolve("gone") + File.pathSeparator + directory;
        try (var gateway = TestGateway.of(command.config());
                var client = gateway.connect("/greet")) {
            assertThat(client.receive()).isEqualTo("from the path");
        }
    }

    @Test
    void withBasicAuthARequestNeedsTheCredential() throws Exception {
        try (var gateway = started("-w", "handlers", "--basic-auth", "--basic-auth-credential", "arthur:camelot")) {
            assertThat(handshake(gateway, "/echo"))
                    .startsWith("HTTP/1.1 401 ")
                    .containsIgnoringCase("\r\nWWW-Authenticate: Basic realm=\"Pywebsocket\"\r\n");
            assertThat(handshake(gateway, "/echo", authorization("arthur:avalon")))
                    .startsWith("HTTP/1.1 401 ");
            assertThat(handshake(gateway, "/echo", authorization("arthur:camelot")))
                    .startsWith("HTTP/1.1 101 ");
            assertThat(RawHttp.get(gateway.port(), "/page.html").status()).isEqualTo(401);
        }
        assertThat(configured("--basic_auth").listeners().getFirst().access().credential())
                .contains("test:test");
    }

    @Test
    void aTargetThatNamesAnotherServerIsNotFound() throws Exception {
        try (var gateway = started("-w", "handlers", "-V", "example.test", "-P", "8000")) {
            assertThat(handshake(gateway, "/echo")).startsWith("HTTP/1.1 101 ");
            assertThat(handshake(gateway, "http://example.test:8000/echo")).startsWith("HTTP/1.1 101 ");
            assertThat(handshake(gateway, "http://example.test/echo")).startsWith("HTTP/1.1 404 ");
            assertThat(handshake(gateway, "http://example.org:8000/echo")).startsWith("HTTP/1.1 404 ");
        }
        try (var gateway = started("-w", "handlers")) {
            assertThat(handshake(gateway, "http://example.org:8000/echo")).startsWith("HTTP/1.1 101 ");
        }
    }

    private static String handshake(TestGateway gateway, String target, String... headers) throws IOException {
        try (var client = new RawHttp(gateway.port())) {
            var request = new String(RawClient.requestFor(target, headers), StandardCharsets.ISO_8859_1);
            // The two must be of one mind (RFC 9112 section 3.2.2).
            var host = URI.create(target).getAuthority();
            client.send(host == null ? request : request.replace("Host: localhost", "Host: " + host));
            return client.head();
        }
    }

    private static String authorization(String credential) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(credential.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anOptionMeansTheSameUnderEachOfItsNames() throws Exception {
        Files.writeString(root.resolve("map"), "/also /echo\n");
        var expected = configured(
                "-H",
                "127.0.0.1",
                "-p",
                "9998",
                "-w",
                "handlers",
                "-s",
                "handlers/deep",
                "-m",
                "map",
                "-V",
                "a.test",
                "-P",
                "80",
                "-t",
                "-k",
                "key.pem",
                "-c",
                "cert.pem",
                "-q",
                "7");
        for (var separator : List.of("-", "_")) {
            var long_ = List.of(
                            "--server-host=127.0.0.1",
                            "--port=9998",
                            "--websock-handlers=handlers",
                            "--scan-dir=handlers/deep",
                            "--websock-handlers-map-file=map",
                            "--validation-host=a.test",
                            "--validation-port=80",
                            "--tls",
                            "--private-key=key.pem",
                            "--certificate=cert.pem",
                            "--queue=7")
                    .stream()
                    .map(option -> "--" + option.substring(2).replace("-", separator))
                    .toArray(String[]::new);
            assertThat(configured(long_)).isEqualTo(expected);
        }
        var listener = expected.listeners().getFirst();
        assertThat(listener.host()).isEqualTo("127.0.0.1");
        assertThat(listener.port()).isEqualTo(9998);
        assertThat(listener.backlog()).isEqualTo(7);
        assertThat(listener.tls().orElseThrow().key()).isEqualTo(root.resolve("key.pem"));
        var scripts = (RouteConfig.Handlers)
                expected.hosts().getFirst().routes().getFirst().scripts().orElseThrow();
        assertThat(scripts.directory()).isEqualTo(handlers);
        assertThat(scripts.scanned()).isEqualTo(handlers.resolve("deep"));
        assertThat(scripts.links()).isFalse();
        assertThat(scripts.aliases()).containsExactly(java.util.Map.entry("/also", "/echo"));
    }

    @Test
    void clientsAreAskedForCertificatesAsTheOptionsSay() throws Exception {
        var tls = List.of("-t", "-k", "key.pem", "-c", "cert.pem");
        assertThat(clients(tls)).isEqualTo(TlsConfig.Clients.NONE);
        assertThat(clients(tls, "--tls-client-auth")).isEqualTo(TlsConfig.Clients.REQUIRED);
        assertThat(clients(tls, "--tls_client_auth")).isEqualTo(TlsConfig.Clients.REQUIRED);
        assertThat(clients(tls, "--tls-client-auth", "--tls-client-cert-optional"))
                .isEqualTo(TlsConfig.Clients.OPTIONAL);
    }

    private TlsConfig.Clients clients(List<String> tls, String... more) throws Exception {
        var options = new java.util.ArrayList<>(tls);
        options.addAll(List.of(more));
        options.addAll(List.of("--tls-client-ca", "ca.pem"));
        var config = configured(options.toArray(String[]::new))
                .listeners()
                .getFirst()
                .tls()
                .orElseThrow();
        assertThat(config.clientCa()).contains(root.resolve("ca.pem"));
        return config.clients();
    }

    @Test
    void aFileHasTheSameOptionsAndTheCommandLineWins() throws Exception {
        var file = Files.writeString(temporary.resolve("standalone.conf"), """
                [other]
                port = 1
                [pywebsocket]
                # As after the dashes.
                port: 9998
                websock_handlers = handlers
                tls = false
                allow-handlers-outside-root-dir = yes
                """);
        assertThat(configured("--config", file.toString()))
                .isEqualTo(configured("-p", "9998", "-w", "handlers", "--allow-handlers-outside-root-dir"));
        assertThat(configured("--config=" + file, "-p", "9999")
                        .listeners()
                        .getFirst()
                        .port())
                .isEqualTo(9999);
    }

    @Test
    void mistakesAreToldAllAtOnce() throws Exception {
        Files.writeString(root.resolve("map"), "# fine\nalias\n");
        assertThatThrownBy(() ->
                        configured("-w", "nowhere", "-x", "/cgi-bin", "-s", temporary.toString(), "-m", "map", "-t"))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.mistakes())
                                .containsExactlyInAnyOrder(
                                        "--cgi-paths /cgi-bin: CGI is not available in this version. Remove it.",
                                        "--websock-handlers nowhere: " + root.resolve("nowhere") + " is no directory.",
                                        "--scan-dir " + temporary + ": is not below " + root.resolve("nowhere")
                                                + " (--websock-handlers).",
                                        "map:2: \"alias\" is no alias; expected two paths, such as \"/alias /a/b\".",
                                        "--tls: needs --private-key FILE and --certificate FILE, both PEM."));
        assertThatThrownBy(() -> configured("--handler-encoding", "latin-1"))
                .hasMessageContaining("--handler-encoding latin-1: handlers are read as UTF-8. Convert them");
        assertThat(configured("--handler_encoding", "utf8")).isEqualTo(configured());
        assertThatThrownBy(() -> configured("-m", "no-map", "--tls-client-auth"))
                .hasMessageContaining("--websock-handlers-map-file no-map: cannot be read: ")
                .hasMessageContaining("--tls-client-auth: has no effect without --tls.");
    }
}
