package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReloadTest {

    /** A handler that answers each message with a word of its version. */
    enum Kind {
        PYTHON("handlers/word_wsh.py", """
                def web_socket_do_extra_handshake(request):
                    pass

                def web_socket_transfer_data(request):
                    while request.ws_stream.receive_message() is not None:
                        request.ws_stream.send_message('%s')
                """),
        JAVASCRIPT("handlers/word_wsh.mjs", """
                export async function webSocketDoExtraHandshake(request) {}
                export async function webSocketTransferData(request) {
                  for await (const message of request.stream) await request.stream.send('%s');
                }
                """);

        final String file;
        final String source;

        Kind(String file, String source) {
            this.file = file;
            this.source = source;
        }

        String saying(String word) {
            return source.formatted(word);
        }
    }

    private static Object word(TestGateway gateway) throws Exception {
        try (var socket = gateway.connect("/word")) {
            return socket.ask("?");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenVersionIsReportedAndTheLastGoodOneGoesOn(Kind kind) throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with(kind.file, kind.saying("good"))) {
            assertThat(word(gateway)).isEqualTo("good");
            gateway.write(kind.file, "\n\nthis is no ( program\n");
            eventually(() -> assertThat(log.text())
                    .contains(kind.file + ":3")
                    .contains("SyntaxError")
                    .contains("Still serving version 1 of "));
            assertThat(word(gateway)).isEqualTo("good");
            gateway.write(kind.file, kind.saying("mended"));
            eventually(() -> assertThat(word(gateway)).isEqualTo("mended"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aVersionWithoutTheRequiredFunctionsIsReportedWithAnExample(Kind kind) throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with(kind.file, kind.saying("good"))) {
            assertThat(word(gateway)).isEqualTo("good");
            gateway.write(kind.file, kind == Kind.PYTHON ? "x = 1\n" : "export const x = 1;\n");
            eventually(() -> assertThat(log.text())
                    .contains(kind.file + ": no ")
                    .contains("A handler needs at least:")
                    .contains("Still serving version 1 of "));
            assertThat(word(gateway)).isEqualTo("good");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAddedScriptIsServedAndARemovedOneIsGone(Kind kind) throws Exception {
        try (var gateway = TestGateway.with()) {
            assertThat(gateway.refusal("/word")).isEqualTo(404);
            gateway.write(kind.file, kind.saying("new"));
            eventually(() -> assertThat(word(gateway)).isEqualTo("new"));
            var running = gateway.connect("/word");
            gateway.delete(kind.file);
            eventually(() -> assertThat(gateway.refusal("/word")).isEqualTo(404));
            assertThat(running.ask("?")).isEqualTo("new");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aScriptThatNeverLoadedIsUnavailableUntilMended(Kind kind) throws Exception {
        try (var gateway = TestGateway.with(kind.file, "this is no ( program\n")) {
            assertThat(gateway.refusal("/word")).isEqualTo(503);
            gateway.write(kind.file, kind.saying("mended"));
            eventually(() -> assertThat(word(gateway)).isEqualTo("mended"));
        }
    }

    @Test
    void aFailureAtImportNamesTheScriptsOwnLine() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with("handlers/word_wsh.py", "import os\n\nimport not_there\n")) {
            assertThat(gateway.refusal("/word")).isEqualTo(503);
            assertThat(log.text()).contains("handlers/word_wsh.py:3: ModuleNotFoundError: No module named 'not_there'");
        }
    }
}
