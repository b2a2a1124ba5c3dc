package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens but once has happened before the first client comes. */
@Timeout(180)
class RehearsalTest {

    /** Tells of each message that any handler of its interpreter receives. */
    private static final String PYTHON = """
            from pywebsocket3 import _stream

            receive = _stream.HostStream.receive_message

            def tell(self):
                message = receive(self)
                print('received', message)
                return message

            _stream.HostStream.receive_message = tell

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                request.ws_stream.send_message(request.ws_stream.receive_message())
            """;

    /** Tells of each answer that a handler computes itself. */
    private static final String ANSWERING = """
            from pywebsocket3.handshake import hybi

            compute = hybi.compute_accept_from_unicode

            def tell(key):
                print('computed', key)
                return compute(key)

            hybi.compute_accept_from_unicode = tell

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                request.connection.write(b'')
            """;

    /** Tells whether what Python describes errors with is there, which it does not ask for itself. */
    private static final String FAULTLESS = """
            import sys

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                request.ws_stream.send_message(str({'linecache', 'textwrap', 'traceback'} <= set(sys.modules)))
            """;

    private static final Duration COLD = Duration.ofSeconds(60);

    @Test
    void theFirstConnectionToAnInterpreterIsNoClients() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with("handlers/tell_wsh.py", PYTHON)) {
            eventually(COLD, () -> assertThat(log.text()).contains("received hello", "received None"));
            assertThat(log.text()).doesNotContain("computed");
            assertThat(gateway.gateway().scripts().status())
                    .extracting(ScriptStatus::name)
                    .containsExactly("handlers/tell_wsh.py");
            try (var socket = gateway.connect("/tell")) {
                assertThat(socket.ask("from a client")).isEqualTo("from a client");
            }
        }
    }

    @Test
    void handlersThatWriteTheirOwnBytesHaveOneOfTheirKind() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with("handlers/answer_wsh.py", ANSWERING)) {
            eventually(COLD, () -> assertThat(log.text()).contains("computed dGhlIHNhbXBsZSBub25jZQ=="));
            assertThat(gateway.refusal("/answer")).isEqualTo(101);
        }
    }

    @Test
    void theFirstErrorIsNoScripts() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with(
                        List.of("scripts.slow-warning=50ms"), "handlers/faultless_wsh.py", FAULTLESS)) {
            eventually(COLD, () -> {
                try (var socket = gateway.connect("/faultless")) {
                    assertThat(socket.receive()).isEqualTo("True");
                }
            });
            // That it takes long is no handler's doing.
            assertThat(log.text()).doesNotContain("headers_im").doesNotContain("a thread of Python");
        }
    }
}
