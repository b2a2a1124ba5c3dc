package io.wshd.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wshd.config.RouteConfig.Files;
import io.wshd.config.RouteConfig.Handler;
import io.wshd.config.RouteConfig.Handlers;
import io.wshd.config.RouteConfig.Proxy;
import io.wshd.config.RouteConfig.Redirect;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {

    private static final String LISTENER = "listeners { http { bind = \"127.0.0.1:0\" } }\n";
    private static final String HOST = "hosts { \"*\" { routes { \"/\" { files = \"www\" } } } }\n";

    @TempDir
    private Path site;

    @BeforeEach
    void layOutSite() throws IOException {
        for (var directory : List.of("conf", "www", "handlers", "other/www")) {
            java.nio.file.Files.createDirectories(site.resolve(directory));
        }
        java.nio.file.Files.createFile(site.resolve("handlers/chat_wsh.py"));
    }

    @Test
    void aSwitchTakesHoconsWordsAndNothingElse() throws Exception {
        assertThat(read(LISTENER + HOST).websocket().compression())
                .isEqualTo(new WebSocketConfig.Compression(true, false, 1024, 32));
        var config = read(LISTENER + HOST + "websocket { compression = false, compression-takeover = yes }");
        assertThat(config.websocket().compression().enabled()).isFalse();
        assertThat(config.websocket().compression().takeover()).isTrue();
        assertThatThrownBy(() -> read(LISTENER + HOST + "websocket.compression = maybe"))
                .hasMessageContaining("websocket.compression: \"maybe\" is neither \"on\" nor \"off\".");
    }

    @Test
    void routesBecomeTheirTargets() throws Exception {
        var config = read("""
                interpreters { chat {} }
                hosts { "*" { routes {
                  "/"      { files = "www", handlers = "handlers" }
                  "/app/"  { proxy = "http://127.0.0.1:3000", handlers = "handlers", compatibility = pywebsocket }
                  "/old"   { redirect = "/new" }
                  "/older" { redirect = "https://example.org/", status = 308 }
                  "/chat"  { handler = "handlers/chat_wsh.py", interpreter = chat
                             origins = ["HTTPS://Example.org:443", null, "*"] }
                } } }
                """ + LISTENER);

        var routes = config.hosts().getFirst().routes();
        assertThat(routes).extracting(RouteConfig::path).containsExactly("/", "/app", "/old", "/older", "/chat");
        assertThat(routes)
                .extracting(route -> route.content().orElse(null))
                .containsExactly(
                        new Files(site.resolve("www")),
                        routes.get(1).content().orElseThrow(),
                        new Redirect("/new", 302),
                        new Redirect("https://example.org/", 308),
                        null);
        assertThat(routes)
                .extracting(route -> route.scripts().orElse(null))
                .containsExactly(
                        new Handlers(site.resolve("handlers")),
                        new Handlers(site.resolve("handlers")),
                        null,
                        null,
                        new Handler(site.resolve("handlers/chat_wsh.py")));
        assertThat(routes.getLast().interpreter()).isEqualTo("chat");
        assertThat(routes.getFirst().interpreter()).isEqualTo("main");
        assertThat(routes.getLast().origins()).containsExactly("https://example.org", "null", "*");
        assertThat(routes.getFirst().compatibility()).isEqualTo(Compatibility.NONE);
        assertThat(routes.get(1).compatibility()).isEqualTo(Compatibility.PYWEBSOCKET);
    }

    @Test
    void compatibilityWidensTheBoundsThatPywebsocketDoesNotHave() throws Exception {
        var config = read(LISTENER + HOST + "websocket { close-timeout = 3s, read-ahead = 32KiB }");
        var wide = config.websocket().with(Compatibility.PYWEBSOCKET);
        assertThat(wide.maxMessage()).isEqualTo(64 << 20);
        assertThat(wide.handshakeTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(wide.pingInterval()).isEqualTo(Duration.ZERO);
        assertThat(wide.compression().takeover()).isTrue();
        assertThat(wide.compression().threshold()).isZero();
        assertThat(wide.closeTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(wide.readAhead()).isEqualTo(32 << 10);
        assertThat(config.websocket().with(Compatibility.NONE)).isEqualTo(config.websocket());
    }

    @Test
    void aFileNeedsToNameOnlyWhatDiffersFromTheDefaults() throws Exception {
        var config = read(LISTENER + HOST + "http { idle-timeout = 2m }");

        assertThat(config.http())
                .isEqualTo(new HttpConfig(Duration.ofSeconds(10), Duration.ofMinutes(2), 1 << 20, 16 << 10, 100, 1024));
        assertThat(config.websocket().maxMessage()).isEqualTo(1 << 20);
        assertThat(config.scripts().carriers()).isEqualTo(1);
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void settingsOfTheCommandLineWinOverTheFileAndTheLastOneOverTheFirst() throws Exception {
        var config = read(
                LISTENER + HOST,
                OptionalInt.empty(),
                "listeners.http.bind=localhost:8080",
                "hosts.\"*\".routes.\"/a=b\".proxy=http://127.0.0.1:3000/#",
                "hosts.\"*\".routes.\"/a=b\"={ proxy = \"http://127.0.0.1:3001\" }",
                "http.max-body=2MiB",
                "http.idle-timeout=${http.header-timeout}");

        assertThat(config.listeners().getFirst().host()).isEqualTo("localhost");
        assertThat(config.hosts().getFirst().routes()).hasSize(2);
        assertThat(config.hosts().getFirst().routes())
                .anySatisfy(route -> assertThat(route.content().orElseThrow())
                        .isInstanceOfSatisfying(
                                Proxy.class,
                                proxy -> assertThat(proxy.upstream().servers())
                                        .containsExactly(new UpstreamConfig.Server(
                                                URI.create("http://127.0.0.1:3001"), 1, false))));
        assertThat(config.http().maxBody()).isEqualTo(2 << 20);
        assertThat(config.http().idleTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aMistakeInASettingIsShownAsItWasGiven() {
        assertThatThrownBy(() -> read(
                        LISTENER + HOST, OptionalInt.empty(), "htpp.idle-timeout=5s", "http.max-body=1 Foo", "oops"))
                .hasMessage("--set oops: syntax: expected key=value, such as http.idle-timeout=30s.");
        assertThatThrownBy(
                        () -> read(LISTENER + HOST, OptionalInt.empty(), "htpp.idle-timeout=5s", "http.max-body=1 Foo"))
                .hasMessage("""
                        --set htpp.idle-timeout=5s: htpp: unknown key. Did you mean "http"?
                        --set http.max-body=1 Foo: http.max-body: "1 Foo" is no size; \
                        expected a number with a unit, such as 512B, 64KiB or 1MiB.""");
    }

    @Test
    void thePortOfTheCommandLineReplacesThatOfTheFirstListener() throws Exception {
        var config = read("""
                listeners {
                  b { bind = "[::1]:8080" }
                  a { bind = "127.0.0.1:8081" }
                }
                """ + HOST, OptionalInt.of(0));

        assertThat(config.listeners()).extracting(ListenerConfig::name).containsExactly("b", "a");
        assertThat(config.listeners()).extracting(ListenerConfig::port).containsExactly(0, 8081);
        assertThat(config.listeners().getFirst().host()).isEqualTo("::1");
        assertThat(config.listeners().getFirst().place()).hasToString("--port 0: listeners.b.bind");
    }

    @Test
    void relativePathsStartAtTheParentOfADirectoryCalledConf() throws Exception {
        assertThat(read(LISTENER + HOST).root()).isEqualTo(site);
    }

    @Test
    void relativePathsStartAtTheDirectoryOfAFileElsewhere() throws Exception {
        java.nio.file.Files.writeString(site.resolve("other/gateway.conf"), LISTENER + HOST);

        var config = new ConfigReader(Path.of("other/gateway.conf"), site, List.of(), OptionalInt.empty()).read();

        assertThat(config.root()).isEqualTo(site.resolve("other"));
    }

    @Test
    void theRootMayBeNamed() throws Exception {
        assertThat(read(LISTENER + HOST + "root = other").root()).isEqualTo(site.resolve("other"));
    }

    @Test
    void aFileOutsideOfTheWorkingDirectoryIsNamedAsTheUserNamedIt() throws Exception {
        java.nio.file.Files.writeString(site.resolve("conf/gateway.conf"), "include \"more.conf\"\n" + LISTENER + HOST);
        java.nio.file.Files.writeString(site.resolve("conf/more.conf"), "gzip = on");

        assertThatThrownBy(() -> new ConfigReader(
                                Path.of("../conf/gateway.conf"), site.resolve("www"), List.of(), OptionalInt.empty())
                        .read())
                .hasMessageStartingWith("../conf/more.conf:1: gzip: unknown key.");
    }

    @Test
    void aMissingFileIsToldWithWhereItWasLookedFor() {
        assertThatThrownBy(
                        () -> new ConfigReader(Path.of("conf/none.conf"), site, List.of(), OptionalInt.empty()).read())
                .hasMessage("conf/none.conf: the configuration file: does not exist; looked at "
                        + site.resolve("conf/none.conf") + ".");
    }

    private GatewayConfig read(String text) throws Exception {
        return read(text, OptionalInt.empty());
    }

    private GatewayConfig read(String text, OptionalInt port, String... settings) throws Exception {
        java.nio.file.Files.writeString(site.resolve("conf/gateway.conf"), text);
        return new ConfigReader(Path.of("conf/gateway.conf"), site, List.of(settings), port).read();
    }
}
