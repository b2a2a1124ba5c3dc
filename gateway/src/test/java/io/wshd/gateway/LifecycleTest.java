package io.wshd.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.TestGateway;
import io.wshd.TestSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway whose interpreters are still starting, and one that stops. */
@Timeout(120)
class LifecycleTest {

    /** What {@link Gateway#close} allows for sessions and for requests, and some to spare on a busy machine. */
    private static final Duration STOP = Duration.ofSeconds(15);

    private static final String SLOW_TO_LOAD = """
            import time
            time.sleep(1)

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                request.ws_stream.send_message('loaded')
            """;

    private static final String ECHO = """
            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                request.ws_stream.send_message('ready')
                while request.ws_stream.receive_message() is not None:
                    pass
            """;

    private static final String DEAF = """
            import time

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                request.ws_stream.send_message('ready')
                time.sleep(300)
            """;

    private static final String JAVASCRIPT = """
            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              await request.stream.send('ready');
              for await (const message of request.stream) {}
            }
            """;

    @Test
    void aConnectionThatComesBeforeItsScriptIsLoadedWaits() throws Exception {
        try (var gateway = TestGateway.with("handlers/slow_wsh.py", SLOW_TO_LOAD);
                var socket = gateway.connect("/slow")) {
            assertThat(socket.receive()).isEqualTo("loaded");
        }
    }

    @Test
    void aConnectionThatWaitedLongEnoughIsRefused() throws Exception {
        try (var gateway =
                TestGateway.with(List.of("scripts.ready-timeout=100ms"), "handlers/slow_wsh.py", SLOW_TO_LOAD)) {
            assertThat(gateway.refusal("/slow")).isEqualTo(503);
        }
    }

    @Test
    void stoppingSends1001ToEveryOpenSessionAndEndsInTime() throws Exception {
        var gateway = TestGateway.with(
                "handlers/echo_wsh.py", ECHO, "handlers/deaf_wsh.py", DEAF, "handlers/js_wsh.mjs", JAVASCRIPT);
        try (var python = gateway.connect("/echo");
                var deaf = gateway.connect("/deaf");
                var javascript = gateway.connect("/js")) {
            var sockets = List.of(python, deaf, javascript);
            for (var socket : sockets) {
                assertThat(socket.receive()).isEqualTo("ready");
            }
            long start = System.nanoTime();
            gateway.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(STOP);
            for (var socket : sockets) {
                assertThat(socket.closed()).isEqualTo(new TestSocket.Closed(1001, ""));
            }
        }
    }
}
