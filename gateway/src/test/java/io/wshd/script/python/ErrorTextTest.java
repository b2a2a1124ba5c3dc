package io.wshd.script.python;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the log has of errors that handlers end with: each as Python tells it, though the same one is not put into words twice. */
@Timeout(180)
class ErrorTextTest {

    private static final String HANDLER = """
            import helper

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                for message in iter(request.ws_stream.receive_message, None):
                    how, what = message.split()
                    if how == 'kept':
                        request.ws_stream.send_message(str(len(__loader__.told)))
                    elif how == 'helper':
                        helper.fail(what)
                    elif how == 'noted':
                        error = ValueError('noted')
                        error.add_note(what)
                        raise error
                    else:
                        try:
                            helper.fail(what)
                        except ValueError as e:
                            raise KeyError('caused') from (e if how == 'caused' else None)
            """;

    private static final String HELPER = """
            def fail(what):
                raise ValueError(what)  # at first
            """;

    @Test
    void eachIsToldAsItIs() throws Exception {
        try (var gateway = TestGateway.with("handlers/fail_wsh.py", HANDLER, "handlers/helper.py", HELPER)) {
            String one = failure(gateway, "helper one");
            assertThat(one)
                    .contains("helper.py:2: ValueError: one\nTraceback (most recent call last):\n")
                    .contains("fail_wsh.py\", line 12, in web_socket_transfer_data\n    helper.fail(what)\n")
                    .contains(
                            "line 2, in fail\n    raise ValueError(what)  # at first\n    ^^^^^^^^^^^^^^^^^^^^^^\nValueError: one\n");
            assertThat(failure(gateway, "helper one")).isEqualTo(one);
            assertThat(failure(gateway, "helper two")).isEqualTo(one.replace(": one", ": two"));
            for (String what : new String[] {"one", "two"}) {
                assertThat(failure(gateway, "noted " + what)).contains("ValueError: noted\n" + what);
                assertThat(failure(gateway, "caused " + what))
                        .contains("ValueError: " + what + "\n\nThe above exception was the direct cause of")
                        .contains("KeyError: 'caused'");
                assertThat(failure(gateway, "alone " + what))
                        .contains("KeyError: 'caused'")
                        .doesNotContain("ValueError");
            }
            gateway.write("handlers/helper.py", HELPER.replace("at first", "saved again"));
            eventually(
                    () -> assertThat(failure(gateway, "helper one")).isEqualTo(one.replace("at first", "saved again")));
        }
    }

    @Test
    void noMoreAreKeptThanAFew() throws Exception {
        try (var gateway = TestGateway.with("handlers/fail_wsh.py", HANDLER, "handlers/helper.py", HELPER)) {
            failure(gateway, "caused " + "x".repeat(20_000));
            try (var socket = gateway.connect("/fail")) {
                assertThat(socket.ask("kept x")).isEqualTo("0");
                for (int i = 0; i < 20; i++) {
                    failure(gateway, "caused " + i);
                }
                assertThat(Integer.parseInt((String) socket.ask("kept x"))).isBetween(1, 16);
            }
        }
    }

    /** What is logged of the error that the handler ends with when it has this message, without its connection's id. */
    private String failure(TestGateway gateway, String message) throws Exception {
        try (var log = new CapturedLog()) {
            try (var socket = gateway.connect("/fail")) {
                socket.send(message);
                eventually(() -> assertThat(log.text()).containsPattern("Error: .*\n(.*\n)*.*Error: "));
            }
            return log.text().replaceAll("(?s)^.*?(?=[^ ]*/handlers/)", "");
        }
    }
}
