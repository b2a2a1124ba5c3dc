package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The module {@code wshd} as Python handlers import it. */
@Timeout(120)
class PythonServicesTest {

    private static final String SCRIPT = """
            import logging
            import sys
            import threading
            import wshd

            wshd.log.info('loaded as %s', wshd.config.script)
            VERSION = 1

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                for message in iter(request.ws_stream.receive_message, None):
                    answer = commands[message](request)
                    if answer is not None:
                        request.ws_stream.send_message(str(answer))

            def say(request):
                return wshd.broadcast('news')

            def say_bytes(request):
                return wshd.broadcast(b'\\x00\\xff')

            def others(request):
                return [(c.resource, c.is_open, c.remote_addr[0], c.since > 1.6e9) for c in wshd.connections()]

            def whisper(request):
                wshd.connections()[0].send('psst')

            def dismiss(request):
                wshd.connections()[0].close(4001, 'enough')

            def wrong(request):
                try:
                    wshd.connections()[0].close(1006)
                except ValueError as e:
                    return e

            def report(request):
                try:
                    1 / 0
                except ZeroDivisionError:
                    wshd.log.exception('cannot divide %s', 1)
                wshd.log.warning('careful')
                return 'done'

            def journal(request):
                logger = logging.getLogger('mine')
                logger.debug('too much')
                logger.info('known')
                logger.warning('careful %d', 2)
                try:
                    1 / 0
                except ZeroDivisionError:
                    logging.exception('cannot')
                other = threading.Thread(target=lambda: logger.critical('from a thread'))
                other.start()
                other.join()
                print('printed')
                print('complained', file=sys.stderr)
                return 'done'

            def thread(request):
                counts = []
                other = threading.Thread(target=lambda: counts.append(wshd.broadcast('from a thread')))
                other.start()
                other.join()
                return counts

            commands = {f.__name__: f for f in (say, say_bytes, others, whisper, dismiss, wrong, report, journal, thread)}
            """;

    private static TestGateway gateway;
    private static CapturedLog log;

    @BeforeAll
    static void start() throws Exception {
        log = new CapturedLog();
        gateway = TestGateway.with("handlers/talk_wsh.py", SCRIPT);
        // When the interpreter has started.
        gateway.connect("/talk").close();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        log.close();
    }

    private static TestSocket fresh(String path) throws Exception {
        eventually(() -> assertThat(gateway.gateway().scripts().status())
                .allSatisfy(script ->
                        assertThat(script.serving().orElseThrow().connections()).isZero()));
        return gateway.connect(path);
    }

    @Test
    void aBroadcastReachesAllConnectionsAlsoFromAThreadOfTheScriptsOwn() throws Exception {
        try (var one = fresh("/talk");
                var two = gateway.connect("/talk")) {
            one.send("say");
            assertThat(two.receive()).isEqualTo("news");
            assertThat(one.receive()).isEqualTo("news");
            assertThat(one.receive()).isEqualTo("2");
            two.send("thread");
            assertThat(one.receive()).isEqualTo("from a thread");
            one.send("say_bytes");
            assertThat(one.receive()).isEqualTo(new byte[] {0, -1});
        }
    }

    @Test
    void connectionsAreListedWrittenToAndClosed() throws Exception {
        try (var one = fresh("/talk?first");
                var two = gateway.connect("/talk?second")) {
            assertThat(two.ask("others"))
                    .isEqualTo("[('/talk?first', True, '127.0.0.1', True), ('/talk?second', True, '127.0.0.1', True)]");
            two.send("whisper");
            assertThat(one.receive()).isEqualTo("psst");
            assertThat(two.ask("wrong")).isEqualTo("close code 1006 or reason '' cannot be sent");
            two.send("dismiss");
            assertThat(one.closed()).isEqualTo(new TestSocket.Closed(4001, "enough"));
        }
    }

    @Test
    void theLogHasLevelsTheScriptsNameAndTheConnection() throws Exception {
        try (var socket = fresh("/talk")) {
            assertThat(socket.ask("report")).isEqualTo("done");
            assertThat(log.text())
                    .contains("INFO script.talk_wsh: loaded as handlers/talk_wsh.py")
                    .containsPattern("ERROR script.talk_wsh: #\\d+ cannot divide 1\nTraceback")
                    .contains("ZeroDivisionError: division by zero")
                    .containsPattern("WARN script.talk_wsh: #\\d+ careful");
        }
    }

    @Test
    void whatPythonsLoggingWritesIsInTheLogWithItsLevel() throws Exception {
        try (var socket = fresh("/talk")) {
            assertThat(socket.ask("journal")).isEqualTo("done");
            assertThat(log.text())
                    .containsPattern("INFO script.talk_wsh: #\\d+ mine: known")
                    .containsPattern("WARN script.talk_wsh: #\\d+ mine: careful 2")
                    .containsPattern("ERROR script.talk_wsh: #\\d+ cannot\nTraceback")
                    .contains("ERROR script.talk_wsh: mine: from a thread")
                    .doesNotContain("too much");
        }
    }

    @Test
    void whatScriptsPrintIsInTheLogAndMoreUrgentOnStderr() throws Exception {
        try (var socket = fresh("/talk")) {
            assertThat(socket.ask("journal")).isEqualTo("done");
            assertThat(log.text()).contains("INFO python.main: printed", "WARN python.main: complained");
        }
    }
}
