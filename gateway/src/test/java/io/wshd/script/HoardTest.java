package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.TestGateway;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A handler that keeps what it makes has the collector stop everybody; so it pauses itself, for a second at a time. */
@Timeout(180)
class HoardTest {

    /** How much the collector has to do depends on the heap as it is: until a pause is noticed, or half a minute. */
    private static final String PYTHON = """
            import threading, time

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                for message in iter(request.ws_stream.receive_message, None):
                    request.ws_stream.send_message(globals()[message]())

            def hoard_in_a_thread():
                outcome = []
                thread = threading.Thread(target=lambda: outcome.append(hoard()))
                thread.start()
                thread.join()
                return outcome[0]

            def hoard():
                kept = [None] * 40000
                begin = last = time.monotonic()
                n = 0
                while last - begin < 30:
                    kept[n % 40000] = bytearray(1 << 14)
                    n += 1
                    now = time.monotonic()
                    if now - last > 0.9:
                        return 'paused'
                    last = now
                return 'never paused'
            """;

    private static final String JAVASCRIPT = """
            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const _ of request.stream) await request.stream.send(hoard());
            }
            function hoard() {
              const kept = [];
              const begin = Date.now();
              for (let n = 0, last = begin; last - begin < 30000; n++) {
                kept[n % 40000] = new ArrayBuffer(1 << 14);
                const now = Date.now();
                if (now - last > 900) return 'paused';
                last = now;
              }
              return 'never paused';
            }
            """;

    /** For code that runs for the first time. */
    private static final Duration COLD = Duration.ofSeconds(60);

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.with("handlers/do_wsh.py", PYTHON, "handlers/js_wsh.mjs", JAVASCRIPT);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({"/do, hoard", "/do, hoard_in_a_thread", "/js, hoard"})
    void aHandlerThatHasTheCollectorStopEverybodyForTooLongPauses(String path, String what) throws Exception {
        try (var socket = gateway.connect(path)) {
            Duration before = paused();
            // Others of its interpreter may have held it up as long, such as the start of the compiler.
            eventually(COLD, () -> {
                assertThat(socket.ask(what)).isEqualTo("paused");
                assertThat(paused().minus(before)).isGreaterThan(Duration.ofMillis(500));
            });
        }
    }

    private static Duration paused() {
        return gateway.gateway().scripts().interpreters().stream()
                .map(InterpreterStatus::paused)
                .reduce(Duration.ZERO, Duration::plus);
    }
}
