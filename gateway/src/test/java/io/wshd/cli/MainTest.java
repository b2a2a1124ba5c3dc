package io.wshd.cli;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.RawHttp;
import io.wshd.cli.WshdProcess.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line as its users see it: a process of its own, in a directory of its own. */
@Timeout(60)
class MainTest {

    @TempDir
    private Path site;

    @BeforeEach
    void layOutSite() throws IOException {
        Files.createDirectories(site.resolve("conf"));
        Files.createDirectories(site.resolve("www"));
        Files.writeString(site.resolve("conf/gateway.conf"), """
                listeners { http { bind = "127.0.0.1:0" } }
                hosts { "*" { routes { "/" { files = "www" } } } }
                """);
    }

    @Test
    void checkTellsWhatAGoodConfigurationHas() throws Exception {
        assertThat(wshd("check"))
                .isEqualTo(new Outcome(0, "conf/gateway.conf: ok (1 listener, 1 host, 1 route)\n", ""));
    }

    @Test
    void checkTellsMistakesAndEndsWithStatus2() throws Exception {
        assertThat(wshd("check", "--set", "http.idle-timeout=60")).isEqualTo(new Outcome(2, "", """
                        --set http.idle-timeout=60: http.idle-timeout: "60" has no unit; \
                        write 60s for seconds or 60ms for milliseconds.
                        1 error; nothing was started.
                        """));
    }

    @Test
    void checkFindsAPortInUse() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var outcome = wshd("check", "-p", Integer.toString(taken.getLocalPort()));

            assertThat(outcome.status()).isEqualTo(2);
            assertThat(outcome.err())
                    .startsWith("--port " + taken.getLocalPort() + ": listeners.http.bind: \"127.0.0.1:"
                            + taken.getLocalPort() + "\" is in use");
        }
    }

    @Test
    void theInstallationsConfigurationIsTakenWhenThereIsNoneHere() throws Exception {
        var elsewhere = Files.createDirectory(site.resolve("elsewhere"));

        assertThat(WshdProcess.run(elsewhere, List.of("-Dwshd.home=" + site), "check")
                        .out())
                .isEqualTo(site.resolve("conf/gateway.conf") + ": ok (1 listener, 1 host, 1 route)\n");
    }

    @Test
    void aMisspeltCommandIsGuessed() throws Exception {
        assertThat(wshd("chek"))
                .isEqualTo(new Outcome(
                        2, "", "wshd: unknown command \"chek\". Did you mean \"check\"? See wshd --help.\n"));
    }

    @Test
    void aMisspeltOptionIsGuessedWithAndWithoutACommand() throws Exception {
        var err = "wshd run: unknown option \"--prot\". Did you mean \"--port\"? See wshd run --help.\n";

        assertThat(wshd("--prot", "0")).isEqualTo(new Outcome(2, "", err));
        assertThat(wshd("run", "--prot=0")).isEqualTo(new Outcome(2, "", err));
    }

    @Test
    void helpHasExamplesForEachCommand() throws Exception {
        assertThat(wshd("--help").out()).contains("Commands (run, when none is given):", "Examples:");
        assertThat(wshd("run", "--help").out()).contains("Usage: wshd run", "Examples:");
        assertThat(wshd("check", "--help").out()).contains("Usage: wshd check", "Examples:");
        assertThat(wshd("standalone", "--help").out()).contains("Usage: wshd standalone", "Examples:");
        assertThat(wshd("doc", "--help").out()).contains("Usage: wshd doc", "Examples:");
    }

    @Test
    void standaloneServesTheDirectoryItIsStartedInAndLogsToAFile() throws Exception {
        var www = site.resolve("www");
        Files.createSymbolicLink(www.resolve("outside_wsh.py"), Files.createFile(site.resolve("outside_wsh.py")));
        Files.writeString(www.resolve("page.html"), "the page");
        try (var process = WshdProcess.start(www, "standalone", "-p", "0", "-H", "127.0.0.1", "--log-file", "log")) {
            var line = process.line();
            assertThat(line).matches("listening on http://127\\.0\\.0\\.1:[0-9]+/");
            var port = URI.create(line.replace("listening on ", "")).getPort();
            assertThat(RawHttp.get(port, "/page.html").body()).isEqualTo("the page");
            assertThat(Files.readString(www.resolve("log"))).contains("outside_wsh.py: not served: it is a link to ");

            process.terminate();

            assertThat(process.await()).isZero();
            assertThat(process.err()).doesNotContain("outside_wsh");
        }
    }

    @Test
    void standaloneTellsMistakesAndEndsWithStatus2() throws Exception {
        assertThat(wshd("standalone", "-x", "/cgi-bin")).isEqualTo(new Outcome(2, "", """
                        --cgi-paths /cgi-bin: CGI is not available in this version. Remove it.
                        1 error; nothing was started.
                        """));
        assertThat(wshd("standalone", "--prot", "1").err())
                .isEqualTo("wshd standalone: unknown option \"--prot\". Did you mean \"--port\"?"
                        + " See wshd standalone --help.\n");
        assertThat(wshd("standalone", "--config", "none").err())
                .isEqualTo("wshd standalone: --config: cannot be read: java.nio.file.NoSuchFileException: none\n");
    }

    @Test
    void runPrintsWhereItListensOnceConnectionsAreAcceptedAndASignalEndsItWithStatus0() throws Exception {
        try (var process = WshdProcess.start(site, "-p", "0")) {
            var line = process.line();
            assertThat(line).matches("listening on http://127\\.0\\.0\\.1:[0-9]+/");
            var url = URI.create(line.replace("listening on ", ""));
            new Socket(url.getHost(), url.getPort()).close();

            process.terminate();

            assertThat(process.await()).isZero();
            assertThat(process.line()).isNull();
            assertThat(process.err()).doesNotContain("XNIO", "Undertow");
        }
    }

    @Test
    void scriptsThatAreNotCompiledAreNoReasonToWarn() throws Exception {
        var handlers = Files.createDirectory(site.resolve("interpreted"));
        Files.writeString(
                handlers.resolve("idle_wsh.mjs"),
                "export function webSocketDoExtraHandshake() {} export function webSocketTransferData() {}");
        // Without -XX:+EnableJVMCI there is no compiler.
        var flags = List.of("--add-opens=java.base/java.lang=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED");
        try (var process = WshdProcess.start(handlers, flags, "standalone", "-p", "0", "--log-level", "info")) {
            eventually(Duration.ofSeconds(60), () -> assertThat(process.err()).contains("serving version 1"));
            assertThat(process.err()).doesNotContain(" WARN ", "polyglot");
        }
    }

    @Test
    void runLogsAsMuchAsItIsToldTo() throws Exception {
        try (var process = WshdProcess.start(site, "-p", "0", "--log-level", "debug")) {
            process.line();
            process.terminate();
            process.await();

            // Another thread reads it.
            eventually(() -> assertThat(process.err()).contains(" DEBUG "));
        }
    }

    private Outcome wshd(String... args) throws Exception {
        return WshdProcess.run(site, List.of(), args);
    }
}
