package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import java.time.Duration;
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
}
