package io.wshd.gateway;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import io.wshd.config.ConfigException;
import io.wshd.proxy.UpstreamStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A running gateway that changes to another configuration. */
@Timeout(120)
class ConfigReloadTest {

    private static final String UPGRADE = " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private static final String JAVASCRIPT = """
            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) await request.stream.send('js ' + message);
            }
            """;

    private Application one;
    private Application two;

    @BeforeEach
    void start() throws IOException {
        one = new Application("one");
        two = new Application("two");
    }

    @AfterEach
    void stop() throws IOException {
        one.close();
        two.close();
    }

    /** Answers requests with its name, and echoes what comes on upgraded connections. */
    private static final class Application implements AutoCloseable {

        private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        private final String name;

        Application(String name) throws IOException {
            this.name = name;
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        var socket = listener.accept();
                        Thread.ofVirtual().start(() -> serve(socket));
                    }
                } catch (IOException e) {
                    // Closed by the test.
                }
            });
        }

        private void serve(Socket socket) {
            try (socket) {
                var in = socket.getInputStream();
                var out = socket.getOutputStream();
                while (true) {
                    var head = new StringBuilder();
                    while (!head.toString().endsWith("\r\n\r\n")) {
                        int next = in.read();
                        if (next < 0) {
                            return;
                        }
                        head.append((char) next);
                    }
                    if (head.indexOf("Upgrade: websocket") > 0) {
                        out.write("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                                .getBytes(StandardCharsets.ISO_8859_1));
                        in.transferTo(out);
                        return;
                    }
                    out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name)
                            .getBytes(StandardCharsets.ISO_8859_1));
                }
            } catch (IOException e) {
                // The gateway closed the connection.
            }
        }

        String url() {
            return "\"http://127.0.0.1:" + listener.getLocalPort() + "\"";
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private static String conf(String rest) {
        return "listeners { http { bind = \"127.0.0.1:0\" } }\n" + rest;
    }

    private static String routes(String... routes) {
        return conf("hosts { \"*\" { routes { " + String.join("\n", routes) + " } } }\n");
    }

    private static TestGateway gateway(String conf, String... files) {
        var all = new String[files.length + 2];
        all[0] = "conf/gateway.conf";
        all[1] = conf;
        System.arraycopy(files, 0, all, 2, files.length);
        return TestGateway.with(all);
    }

    private static RawHttp tunnel(TestGateway gateway, String path) throws IOException {
        var client = new RawHttp(gateway.port());
        client.send("GET " + path + UPGRADE);
        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        return client;
    }

    private static void assertEchoes(RawHttp tunnel) throws IOException {
        tunnel.send("hello!");
        assertThat(tunnel.until("!")).isEqualTo("hello!");
    }

    private static String ask(TestGateway gateway, String path) throws IOException {
        return RawHttp.get(gateway.port(), path).body();
    }

    @Test
    void routesComeChangeAndGoAndThoseThatStayKeepTheirTunnels() throws Exception {
        var stays = "\"/stays\" { proxy = " + one.url() + " }";
        try (var gateway = gateway(routes(stays, "\"/changes\" { proxy = " + one.url() + " }"))) {
            int port = gateway.port();
            try (var tunnel = tunnel(gateway, "/stays");
                    var other = tunnel(gateway, "/changes")) {
                assertThat(ask(gateway, "/new")).startsWith("404 ");
                // Lines move, and comments come: no change of a route.
                var summary = gateway.reload("# moved\n\n"
                        + routes(
                                "\"/changes\" { proxy = " + two.url() + " }",
                                "\"/new\" { proxy = " + two.url() + " }",
                                stays));
                assertThat(summary).isEqualTo("1 of 3 routes unchanged");
                assertThat(gateway.port()).isEqualTo(port);
                assertThat(ask(gateway, "/stays")).isEqualTo("one");
                assertThat(ask(gateway, "/changes")).isEqualTo("two");
                assertThat(ask(gateway, "/new")).isEqualTo("two");
                assertEchoes(tunnel);
                // What runs on the old route may finish.
                assertEchoes(other);
                assertThat(gateway.reload(routes(stays))).isEqualTo("1 of 1 routes unchanged");
                assertThat(ask(gateway, "/new")).startsWith("404 ");
                assertEchoes(tunnel);
            }
        }
    }

    @Test
    void tunnelsOfRoutesThatAreGoneEndWithTheDrainTimeout() throws Exception {
        var stays = "\"/stays\" { proxy = " + one.url() + " }";
        try (var log = new CapturedLog("gateway");
                var gateway = gateway("drain-timeout = 500ms\n"
                        + routes(stays, "\"/goes\" { proxy = " + one.url() + ", via = off }"));
                var tunnel = tunnel(gateway, "/stays");
                var gone = tunnel(gateway, "/goes")) {
            gateway.reload("drain-timeout = 500ms\n" + routes(stays));
            assertEchoes(gone);
            gone.untilEnd();
            assertThat(log.text()).contains("1 requests and tunnels").contains("were left after PT0.5S");
            assertEchoes(tunnel);
        }
    }

    @Test
    void anUpstreamThatStaysKeepsWhatIsKnownOfItsServersAndItsConnections() throws Exception {
        var upstream = "upstreams { app { servers = [" + one.url() + ", " + two.url() + "] } }\n";
        var route = "\"/app\" { proxy = app }";
        try (var gateway = gateway(upstream + routes(route))) {
            for (int i = 0; i < 10; i++) {
                ask(gateway, "/app");
            }
            assertThat(status(gateway).servers())
                    .extracting(UpstreamStatus.ServerStatus::requests)
                    .containsExactly(5L, 5L);
            gateway.reload(upstream + routes(route, "\"/other\" { proxy = app, path = keep }"));
            assertThat(status(gateway).servers())
                    .extracting(UpstreamStatus.ServerStatus::requests)
                    .containsExactly(5L, 5L);
            // Another setting makes another upstream, and the old one's idle connections are closed.
            gateway.reload("upstreams { app { servers = [" + one.url() + "], retries = 1 } }\n" + routes(route));
            assertThat(gateway.gateway().upstreams().status()).hasSize(1);
            assertThat(status(gateway).servers())
                    .extracting(UpstreamStatus.ServerStatus::requests)
                    .containsExactly(0L);
            assertThat(ask(gateway, "/app")).isEqualTo("one");
        }
    }

    private static UpstreamStatus status(TestGateway gateway) {
        return gateway.gateway().upstreams().status().getFirst();
    }

    @Test
    void aConfigurationWithMistakesChangesNothing() throws Exception {
        var good = routes("\"/app\" { proxy = " + one.url() + " }");
        try (var gateway = gateway(good);
                var tunnel = tunnel(gateway, "/app")) {
            assertThatThrownBy(() -> gateway.reload(good + "\nproxi { connections = 3 }"))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("gateway.conf:4: proxi: unknown key. Did you mean \"proxy\"?");
            assertThatThrownBy(() -> gateway.reload(good + "hosts {")).hasMessageContaining("gateway.conf:3: ");
            // Found out only when it is put to use.
            assertThatThrownBy(() -> gateway.reload("proxy.tls { ca = \"conf/gateway.conf\" }\n"
                            + routes(
                                    "\"/app\" { proxy = " + two.url() + " }",
                                    "\"/tls\" { proxy = \"https://127.0.0.1:1\" }")))
                    .hasMessageContaining("gateway.conf:4: ")
                    .hasMessageContaining("has no certificate in PEM");
            try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                assertThatThrownBy(() -> gateway.reload(routes("\"/app\" { proxy = " + two.url() + " }")
                                + "listeners { more { bind = \"127.0.0.1:" + taken.getLocalPort() + "\" } }"))
                        .hasMessageContaining("is in use by another program");
            }
            assertThat(ask(gateway, "/app")).isEqualTo("one");
            assertThat(gateway.gateway().upstreams().status()).hasSize(1);
            assertEchoes(tunnel);
        }
    }

    @Test
    void listenersComeAndGoAndTheirConnectionsStay() throws Exception {
        var route = routes("\"/app\" { proxy = " + one.url() + " }");
        try (var gateway = gateway(route)) {
            gateway.reload(route + "listeners { more { bind = \"127.0.0.2:0\" } }");
            var addresses = gateway.gateway().addresses();
            assertThat(addresses).hasSize(2);
            var more = addresses.getLast();
            try (var socket = new Socket(more.getAddress(), more.getPort())) {
                socket.setSoTimeout(10_000);
                var request = "GET /app HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
                socket.getOutputStream().write(request);
                readAnswer(socket);
                gateway.reload(route);
                assertThat(gateway.gateway().addresses()).hasSize(1);
                assertThatThrownBy(() -> new Socket(more.getAddress(), more.getPort()).close())
                        .isInstanceOf(IOException.class);
                socket.getOutputStream().write(request);
                readAnswer(socket);
            }
        }
    }

    private static void readAnswer(Socket socket) throws IOException {
        var answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\none")) {
            int next = socket.getInputStream().read();
            assertThat(next).isNotNegative();
            answer.append((char) next);
        }
    }

    @Test
    void boundsOnRequestsChangeForNewConnections() throws Exception {
        var route = routes("\"/app\" { proxy = " + one.url() + " }");
        var large = "X-Large: " + "a".repeat(10_000);
        try (var gateway = gateway(route)) {
            assertThat(RawHttp.get(gateway.port(), "/app", large).status()).isEqualTo(200);
            gateway.reload("http { max-header = 4KiB, max-body = 10B }\n" + route);
            assertThat(RawHttp.get(gateway.port(), "/app", large).status()).isEqualTo(400);
            assertThat(RawHttp.ask(gateway.port(), "POST", "/app", "Content-Length: 11", "X: \r\n\r\nhello world")
                            .status())
                    .isEqualTo(413);
        }
    }

    @Test
    void scriptsOfRoutesThatStayKeepTheirSessionsAndOthersComeAtOnce() throws Exception {
        var stays = "\"/\" { files = \"www\", handlers = \"handlers\" }";
        var script = "handlers/echo_wsh.mjs";
        try (var gateway = gateway(routes(stays), script, JAVASCRIPT, "more/other_wsh.mjs", JAVASCRIPT);
                TestSocket before = gateway.connect("/echo")) {
            assertThat(before.ask("1")).isEqualTo("js 1");
            var summary = gateway.reload("websocket.max-message = 10B\n".replace("10B", "200B")
                    + routes(stays, "\"/more\" { handlers = \"more\" }"));
            // Settings of sessions make other routes of them; sessions keep theirs.
            assertThat(summary).isEqualTo("0 of 2 routes unchanged");
            try (var other = gateway.connect("/more/other");
                    var after = gateway.connect("/echo")) {
                assertThat(other.ask("2")).isEqualTo("js 2");
                assertThat(before.ask("a".repeat(300))).isEqualTo("js " + "a".repeat(300));
                after.send("a".repeat(300));
                assertThat(after.closed().code()).isEqualTo(1009);
            }
            gateway.reload(routes("\"/more\" { handlers = \"more\" }"));
            assertThat(before.ask("3")).isEqualTo("js 3");
            assertThat(gateway.refusal("/echo")).isEqualTo(404);
            // A script that was out of use comes back with what its file has now.
            gateway.write(script, JAVASCRIPT.replace("'js '", "'new '"));
            gateway.reload(routes(stays));
            eventually(() -> {
                try (var again = gateway.connect("/echo")) {
                    assertThat(again.ask("4")).isEqualTo("new 4");
                }
            });
            assertThat(before.ask("5")).isEqualTo("js 5");
        }
    }

    @Test
    void whatScriptsExpectChangesToo() throws Exception {
        var route = "\"/\" { handlers = \"handlers\" }";
        String[] foreign = {
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Origin: null"
        };
        try (var gateway = gateway(routes(route), "handlers/echo_wsh.mjs", JAVASCRIPT)) {
            assertThat(RawHttp.get(gateway.port(), "/echo", foreign).status()).isEqualTo(403);
            assertThat(gateway.reload(routes(route.replace("}", "\ncompatibility = pywebsocket }"))))
                    .isEqualTo("0 of 1 routes unchanged");
            try (var client = new RawHttp(gateway.port())) {
                client.send("GET /echo HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", foreign) + "\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            }
        }
    }

    @Test
    void settingsThatNeedARestartAreNamed() throws Exception {
        var route = routes("\"/app\" { proxy = " + one.url() + " }");
        try (var log = new CapturedLog("gateway");
                var gateway = TestGateway.with(List.of("scripts.carriers=1"), "conf/gateway.conf", route)) {
            gateway.reload(route);
            assertThat(log.text()).contains("reloaded: 1 of 1 routes unchanged").doesNotContain("without effect");
            gateway.reload(route.replace("hosts {", "root = \"conf\"\nhosts {"));
            assertThat(log.text()).contains("until the next start without effect: root (in messages)");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "scripts.settle, 31ms",
        "scripts.drain-timeout, 1m",
        "scripts.send-backlog, 2MiB",
        "scripts.fetches, 65",
        "scripts.heap-guard, 71",
        "scripts.computing-share, 11",
        "scripts.collector-share, 6",
        "scripts.thread-share, 11",
        "http.buffer-pool, 1000"
    })
    void aSettingThatNeedsARestartIsNamed(String setting, String value) throws Exception {
        var route = routes("\"/app\" { proxy = " + one.url() + " }");
        try (var log = new CapturedLog("gateway");
                var gateway = gateway(route)) {
            gateway.reload(route + setting + " = " + value + "\n");
            assertThat(log.text()).contains("until the next start without effect: " + setting);
        }
    }

    @Test
    void reloadsOneAfterAnotherLoseNoRequest() throws Exception {
        var a = routes("\"/app\" { proxy = " + one.url() + " }", "\"/x\" { proxy = " + one.url() + " }");
        var b = routes("\"/app\" { proxy = " + two.url() + " }");
        try (var gateway = gateway(a)) {
            var failures = new java.util.concurrent.ConcurrentLinkedQueue<String>();
            var done = new java.util.concurrent.atomic.AtomicBoolean();
            var clients = new java.util.ArrayList<Thread>();
            for (int i = 0; i < 4; i++) {
                clients.add(Thread.ofVirtual().start(() -> {
                    try (var client = new RawHttp(gateway.port())) {
                        while (!done.get()) {
                            client.send("GET /app HTTP/1.1\r\nHost: a\r\n\r\n");
                            var head = client.head();
                            var body = client.next(3);
                            if (!head.startsWith("HTTP/1.1 200") || !body.matches("one|two")) {
                                failures.add(head + body);
                            }
                        }
                    } catch (IOException e) {
                        failures.add(e.toString());
                    }
                }));
            }
            for (int i = 0; i < 40; i++) {
                gateway.reload(i % 2 == 0 ? b : a);
            }
            done.set(true);
            for (var client : clients) {
                client.join();
            }
            assertThat(failures).isEmpty();
        }
    }
}
