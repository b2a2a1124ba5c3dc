package io.wshd.cli;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.RawHttp;
import io.wshd.TestSocket;
import io.wshd.cli.WshdProcess.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running gateway, and the commands that speak to it. */
@Timeout(120)
class ControlTest {

    private static final String CONF = """
            listeners { http { bind = "127.0.0.1:0" } }
            upstreams { app { servers = ["http://127.0.0.1:1", { url = "http://127.0.0.1:2", backup = on }] } }
            hosts { "*" { routes { "/app" { proxy = app } } } }
            """;

    @TempDir
    private Path site;

    @BeforeEach
    void layOutSite() throws IOException {
        Files.createDirectories(site.resolve("conf"));
        write(CONF);
    }

    private void write(String conf) throws IOException {
        Files.writeString(site.resolve("conf/gateway.conf"), conf);
    }

    private Outcome wshd(String... args) throws Exception {
        return WshdProcess.run(site, List.of(), args);
    }

    @Test
    void theStatusHasScriptsWithTheirVersionsConnectionsAndErrors() throws Exception {
        Files.createDirectories(site.resolve("handlers"));
        var script = site.resolve("handlers/wait_wsh.mjs");
        Files.writeString(script, """
                export async function webSocketDoExtraHandshake(request) {}
                export async function webSocketTransferData(request) {
                  for await (const message of request.stream) await request.stream.send(message);
                }
                """);
        write("""
                listeners { http { bind = "127.0.0.1:0" } }
                interpreters { rooms { language = javascript } }
                hosts { "*" { routes { "/" { handlers = "handlers", interpreter = rooms } } } }
                """);
        try (var gateway = WshdProcess.start(site);
                var socket = TestSocket.connect(gateway.port(), "/wait")) {
            assertThat(socket.ask("hello")).isEqualTo("hello");
            Files.writeString(script, Files.readString(script) + "// again");
            eventually(() -> assertThat(wshd("status").out())
                    .contains(
                            "interpreter rooms (JavaScript): 1 connections, 0 blocked, 0 threads, 0 ms paused, 0 replaced, 0 refused\n")
                    .containsPattern(
                            "  handlers/wait_wsh.mjs: version 2 \\([0-9a-f]{16}, since [0-9:]{8}, loaded in \\d+ ms\\), 0"
                                    + " connections\n    version 1 \\([0-9a-f]{16}\\) has 1 connections\n"));
            Files.writeString(script, "export const nothing = ;");
            eventually(() -> assertThat(wshd("status").out())
                    .contains("wait_wsh.mjs: version 2 ")
                    .containsPattern("    the version of [0-9:]{8} is not taken: handlers/wait_wsh.mjs:1:"));
        }
    }

    @Test
    void aRunningGatewayIsReloadedAndAskedAndStopped() throws Exception {
        try (var gateway = WshdProcess.start(site)) {
            int port = gateway.port();

            assertThat(RawHttp.get(port, "/new").status()).isEqualTo(404);
            write(CONF + "hosts.\"*\".routes.\"/new\" { redirect = \"/app\" }");
            assertThat(wshd("reload")).isEqualTo(new Outcome(0, "conf/gateway.conf: 1 of 2 routes unchanged\n", ""));
            assertThat(RawHttp.get(port, "/new").status()).isEqualTo(302);

            write(CONF + "hosts.\"*\".routes.\"/new\" { redirct = \"/app\" }");
            assertThat(wshd("reload")).isEqualTo(new Outcome(2, "", """
                            conf/gateway.conf:4: hosts."*".routes."/new".redirct: unknown key. Did you mean "redirect"?
                            1 error; the running configuration stays in force.
                            """));
            assertThat(RawHttp.get(port, "/new").status()).isEqualTo(302);

            var status = wshd("status");
            assertThat(status.status()).isZero();
            assertThat(status.out())
                    .contains("process " + gateway.pid() + ", up for ")
                    .contains("listening on http://127.0.0.1:" + port + "/\n")
                    .contains("upstream app: 0 waiting, 0 retries, 0 refused\n")
                    .contains("  http://127.0.0.1:1: up, 0 active (0 tunnels), 0 connections, 0 requests, 0 failures\n")
                    .contains("  http://127.0.0.1:2: up, backup, ");

            assertThat(wshd("upstream", "down", "app", "http://127.0.0.1:1"))
                    .isEqualTo(new Outcome(0, "http://127.0.0.1:1: down (by hand)\n", ""));
            assertThat(wshd("status").out()).contains("  http://127.0.0.1:1: down (by hand), ");
            var unknown = wshd("upstream", "auto", "app", "http://127.0.0.1:3");
            assertThat(unknown.status()).isEqualTo(2);
            assertThat(unknown.err()).startsWith("No upstream app has a server http://127.0.0.1:3.\n");

            assertThat(wshd("stop").out()).isEqualTo("The gateway is ending.\n");
            assertThat(gateway.await()).isZero();
            var over = wshd("status");
            assertThat(over.status()).isEqualTo(1);
            assertThat(over.err()).startsWith("No gateway runs with conf/gateway.conf (");
        }
    }

    @Test
    void aHangupReloadsAndTheLogSaysWhatIsWrong() throws Exception {
        try (var gateway = WshdProcess.start(site)) {
            int port = gateway.port();
            write(CONF + "hosts.\"*\".routes.\"/new\" { redirect = \"/app\" }");
            hangUp(gateway);
            eventually(() -> assertThat(RawHttp.get(port, "/new").status()).isEqualTo(302));
            write(CONF + "htpp {}");
            hangUp(gateway);
            eventually(() -> assertThat(gateway.err())
                    .contains("ERROR gateway: conf/gateway.conf:4: htpp: unknown key. Did you mean \"http\"?")
                    .contains("1 error; the running configuration stays in force."));
            assertThat(RawHttp.get(port, "/new").status()).isEqualTo(302);
        }
    }

    private static void hangUp(WshdProcess gateway) throws Exception {
        assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(gateway.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void aSecondGatewayWithTheSameFileLeavesTheFirstOnesSocketAlone() throws Exception {
        try (var first = WshdProcess.start(site);
                var second = WshdProcess.start(site)) {
            first.port();
            second.port();
            eventually(() -> assertThat(first.err() + second.err())
                    .contains("another gateway with the same configuration has it"));
            assertThat(wshd("status").out()).containsPattern("process (" + first.pid() + "|" + second.pid() + "),");
        }
    }

    @Test
    void aSocketMayBeElsewhereAndASocketLeftOverIsNoObstacle() throws Exception {
        var directory = Files.createDirectory(
                site.resolve("run"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var socket = directory.resolve("control").toString();
        try (var gateway = WshdProcess.start(site, "--control", socket)) {
            gateway.port();
        }
        assertThat(Path.of(socket)).exists();
        try (var gateway = WshdProcess.start(site, "--control", socket)) {
            gateway.port();
            assertThat(wshd("status", "--control", socket).out()).contains("process " + gateway.pid());
            gateway.terminate();
            assertThat(gateway.await()).isZero();
            assertThat(Path.of(socket)).doesNotExist();
        }
    }

    @Test
    void aPlaceWhereOthersMayWriteIsNotUsed() throws Exception {
        var directory = Files.createDirectory(site.resolve("open"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (var gateway = WshdProcess.start(
                site, "--control", directory.resolve("control").toString())) {
            gateway.port();
            eventually(() -> assertThat(gateway.err()).contains("is not a directory of this user alone (mode 700)"));
            assertThat(directory).isEmptyDirectory();
        }
    }
}
