package io.wshd.script.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.RawHttp;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import io.wshd.websocket.Frames;
import io.wshd.websocket.RawClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The modules that pywebsocket's scripts import, and scripts that use them, through the real gateway. */
@Timeout(300)
class PywebsocketTest {

    private static final Path RESOURCES = Path.of("src/test/resources").toAbsolutePath();

    /** Of the checks that are written in Python, in a cold interpreter. */
    private static final Duration CHECKS = Duration.ofMinutes(4);

    private static final String CHECKING = """
            import sys
            sys.path.insert(0, '%s')

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                import %s as checks
                request.ws_stream.send_message(checks.run(%s) or 'all passed')
            """;

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        var checks = RESOURCES.resolve("io/wshd/script/python").toString();
        var shipped = TestGateway.repository().resolve("handlers");
        var handlers = RESOURCES.resolve("handlers");
        gateway = TestGateway.with(
                "conf/gateway.conf",
                """
                listeners { http { bind = "127.0.0.1:0" } }
                # The checks are files of these tests.
                interpreters { main { permissions = trusted } }
                hosts {
                  "*" {
                    routes {
                      "/" { handlers = "%s", origins = ["*"] }
                      "/check" { handlers = "handlers" }
                    }
                  }
                }
                """.formatted(handlers),
                "handlers/api_wsh.py",
                CHECKING.formatted(checks, "api_test", ""),
                "handlers/frames_wsh.py",
                CHECKING.formatted(checks, "frames_test", ""),
                "handlers/stubs_wsh.py",
                CHECKING.formatted(checks, "stubs_test", "'%s'".formatted(shipped.resolve("typings"))),
                "handlers/scripts_wsh.py",
                CHECKING.formatted(checks, "handlers_test", "'%s', '%s'".formatted(shipped, handlers)));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static RawHttp.Response refused(String target, String... headers) throws Exception {
        try (var client = new RawHttp(gateway.port())) {
            client.send(new String(RawClient.requestFor(target, headers), StandardCharsets.ISO_8859_1));
            return new RawHttp.Response(client.head(), "");
        }
    }

    private static TestSocket.Closed closeAfter(String message) throws Exception {
        try (var socket = gateway.connect("/close")) {
            socket.send(message);
            return socket.closed();
        }
    }

    @Test
    void theModulesPassTheirOwnChecks() throws Exception {
        try (var socket = gateway.connect("/check/api")) {
            assertThat(socket.within(CHECKS)).isEqualTo("all passed");
        }
    }

    @Test
    void theModulesPassTheChecksOfTheirFrames() throws Exception {
        try (var socket = gateway.connect("/check/frames")) {
            assertThat(socket.within(CHECKS)).isEqualTo("all passed");
        }
    }

    @Test
    void theStubsForEditorsHaveTheNamesOfTheModules() throws Exception {
        try (var socket = gateway.connect("/check/stubs")) {
            assertThat(socket.within(CHECKS)).isEqualTo("all passed");
        }
    }

    @Test
    void theScriptsPassTheirOwnChecks() throws Exception {
        try (var socket = gateway.connect("/check/scripts")) {
            assertThat(socket.within(CHECKS)).isEqualTo("all passed");
        }
    }

    @Test
    void aScriptThatChecksTheOriginRefusesAllButOne() throws Exception {
        assertThat(refused("/origin_check", "Origin: http://evil.example").status())
                .isEqualTo(403);
        assertThat(refused("/origin_check").status()).isEqualTo(403);
        try (var client = new RawClient(gateway.port())) {
            client.send(RawClient.requestFor("/origin_check?q", "Origin: http://example.com"));
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            assertThat(client.frames(1).getFirst())
                    .hasToString("81:origin_check_wsh.py is called for /origin_check?q, None");
        }
    }

    @Test
    void aScriptReadsAndSetsCookiesInTheHandshake() throws Exception {
        try (var client = new RawClient(gateway.port())) {
            client.send(RawClient.requestFor("/cookie?q", "Cookie: visits=41"));
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 101 ")
                    .contains("\r\nSet-Cookie: visits=42; Path=/\r\n", "\r\nSet-Cookie: last=q\r\n");
            assertThat(client.frames(1).getFirst()).hasToString("81:visits=41");
        }
        assertThat(refused("/cookie?none").status()).isEqualTo(404);
    }

    @Test
    void aScriptClosesWithTheCodeThatItChooses() throws Exception {
        assertThat(closeAfter("4001 why")).isEqualTo(new TestSocket.Closed(4001, "why"));
        assertThat(closeAfter("1001")).isEqualTo(new TestSocket.Closed(1001, ""));
        assertThat(closeAfter("exit")).isEqualTo(new TestSocket.Closed(1000, ""));
        assertThat(closeAfter("empty")).isEqualTo(new TestSocket.Closed(1005, ""));
    }

    @Test
    void anExceptionOfPywebsocketClosesWithTheCodeThatItMeans() throws Exception {
        assertThat(closeAfter("raise BadOperationException").code()).isEqualTo(1011);
        assertThat(closeAfter("raise InvalidFrameException").code()).isEqualTo(1002);
        assertThat(closeAfter("raise UnsupportedFrameException").code()).isEqualTo(1003);
        assertThat(closeAfter("raise InvalidUTF8Exception").code()).isEqualTo(1007);
    }

    @Test
    void aScriptAnswersTheClientsCloseWithItsOwn() throws Exception {
        try (var client = RawClient.open(gateway.port(), "/close")) {
            client.send(Frames.close(3000, "bye"));
            assertThat(client.framesToTheEnd().getLast()).hasToString("88:\u000b\u00b8bye!");
        }
    }

    @Test
    void aScriptSendsAndCountsManyMessages() throws Exception {
        try (var socket = gateway.connect("/bench")) {
            socket.send("send 1000 20");
            for (int i = 0; i < 20; i++) {
                assertThat((byte[]) socket.receive()).hasSize(1000);
            }
            assertThat(socket.receive()).isEqualTo("done");
            socket.send("count");
            socket.send("ab");
            socket.send(new byte[] {1});
            assertThat(socket.ask("end")).isEqualTo("2 3");
        }
    }
}
