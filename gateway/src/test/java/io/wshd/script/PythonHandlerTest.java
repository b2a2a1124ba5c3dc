package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PythonHandlerTest {

    private static final String ECHO = handler("""
            while True:
                message = request.ws_stream.receive_message()
                if message is None:
                    return
                request.ws_stream.send_message(message, binary=isinstance(message, bytes))
            """);

    private static final String TYPES = handler("""
            m = request.ws_stream.receive_message()
            parts = [type(m).__name__, str(m[0]), m[1:].hex(), str(m + b'!' == b'\\x01\\x02\\xff!'),
                     str(hash(m) == hash(b'\\x01\\x02\\xff'))]
            request.ws_stream.send_message(' '.join(parts))
            """);

    private static final String COUNT = "count = 0\n\n" + handler("""
            global count
            count += 1
            request.ws_stream.send_message(str(count))
            """);

    private static final String REFUSING = """
            from mod_pywebsocket import handshake

            def web_socket_do_extra_handshake(request):
                raise handshake.HandshakeException('not today', 401)

            def web_socket_transfer_data(request):
                pass
            """;

    private static final String SUBPROTOCOL = """
            def web_socket_do_extra_handshake(request):
                request.ws_protocol = request.ws_requested_protocols[-1]

            def web_socket_transfer_data(request):
                request.ws_stream.send_message(request.ws_protocol)
            """;

    private static TestGateway gateway;

    private static String handler(String transfer) {
        return "def web_socket_do_extra_handshake(request):\n    pass\n\n" + "def web_socket_transfer_data(request):\n"
                + transfer.indent(4);
    }

    /** One gateway for all tests: an interpreter takes seconds to start. */
    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.with();
        gateway.write("handlers/echo_wsh.py", ECHO);
        gateway.write("handlers/a/b_wsh.py", ECHO);
        gateway.write("handlers/saved_wsh.py", ECHO);
        gateway.write("handlers/types_wsh.py", TYPES);
        gateway.write("handlers/once_wsh.py", handler("request.ws_stream.send_message('bye')"));
        gateway.write("handlers/count_wsh.py", COUNT);
        gateway.write("handlers/no_wsh.py", REFUSING);
        gateway.write("handlers/sub_wsh.py", SUBPROTOCOL);
        eventually(() -> assertThat(gateway.refusal("/no")).isEqualTo(401));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void textComesBackAsStrAndBinaryAsBytes() throws Exception {
        try (var socket = gateway.connect("/echo")) {
            assertThat(socket.ask("grüße \uD83D\uDE00")).isEqualTo("grüße \uD83D\uDE00");
            socket.send(new byte[] {0, 1, (byte) 200});
            assertThat((byte[]) socket.receive()).containsExactly(0, 1, (byte) 200);
            assertThat(socket.finish()).isEqualTo(new TestSocket.Closed(1000, ""));
        }
    }

    @Test
    void binaryMessagesAreRealBytesObjects() throws Exception {
        try (var socket = gateway.connect("/types")) {
            socket.send(new byte[] {1, 2, (byte) 255});
            assertThat(socket.receive()).isEqualTo("bytes 1 02ff True True");
        }
    }

    @Test
    void aHandlerThatReturnsClosesNormally() throws Exception {
        try (var socket = gateway.connect("/once")) {
            assertThat(socket.receive()).isEqualTo("bye");
            assertThat(socket.closed()).isEqualTo(new TestSocket.Closed(1000, ""));
        }
    }

    @Test
    void moduleGlobalsAreSharedByAllConnections() throws Exception {
        try (var first = gateway.connect("/count");
                var second = gateway.connect("/count")) {
            assertThat(first.receive()).isEqualTo("1");
            assertThat(second.receive()).isEqualTo("2");
        }
    }

    @Test
    void aRefusedHandshakeHasTheStatusThatTheHandlerNames() throws Exception {
        assertThat(gateway.refusal("/no")).isEqualTo(401);
    }

    @Test
    void theSubprotocolThatTheHandlerChoosesIsSent() throws Exception {
        try (var socket = gateway.connect("/sub", "one", "two")) {
            assertThat(socket.subprotocol()).isEqualTo("two");
            assertThat(socket.receive()).isEqualTo("two");
        }
    }

    @Test
    void aHandlerInASubdirectoryAnswersAtItsPath() throws Exception {
        try (var socket = gateway.connect("/a/b")) {
            assertThat(socket.ask("deep")).isEqualTo("deep");
        }
    }

    @Test
    void aPathWithoutHandlerIsNotFound() throws Exception {
        assertThat(gateway.refusal("/other")).isEqualTo(404);
    }

    @Test
    void aSavedScriptServesTheNextConnectionWhileOldOnesFinishOnTheOldVersion() throws Exception {
        try (var before = gateway.connect("/saved")) {
            assertThat(before.ask("hi")).isEqualTo("hi");
            gateway.write("handlers/saved_wsh.py", ECHO.replace("(message,", "('v2: ' + message,"));
            eventually(() -> {
                try (var after = gateway.connect("/saved")) {
                    assertThat(after.ask("hi")).isEqualTo("v2: hi");
                }
            });
            assertThat(before.ask("hi")).isEqualTo("hi");
        }
    }

    @Test
    void aHandlerIsCompiledOnceAConnectionHadManyMessages() throws Exception {
        assumeTrue(ScriptEngine.compiles());
        gateway.write("handlers/busy_wsh.py", ECHO);
        eventually(() -> gateway.connect("/busy").close());
        var logger = (Logger) LoggerFactory.getLogger("script.busy_wsh");
        logger.setLevel(Level.DEBUG);
        try (var log = new CapturedLog()) {
            try (var socket = gateway.connect("/busy")) {
                for (int i = 0; i < 256; i++) {
                    assertThat(socket.ask("hello")).isEqualTo("hello");
                }
                assertThat(log.text()).doesNotContain("is to be compiled");
            }
            eventually(() -> assertThat(log.text())
                    .contains("DEBUG script.busy_wsh: web_socket_transfer_data is to be compiled"));
        } finally {
            logger.setLevel(null);
        }
    }
}
