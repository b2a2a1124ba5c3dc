package io.wshd.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.Needs;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Strangers on either side of the gateway: a client and an application that are made with npm's {@code ws}. */
@Needs({"node", "npm:ws"})
@Timeout(120)
class NodeTest {

    private static final String ECHO = """
            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) await request.stream.send(message);
            }
            """;

    @Test
    void aNodeClientTalksToPythonAndJavaScript() throws Exception {
        try (var gateway = TestGateway.demo()) {
            // An interpreter that is still starting would use up the client's time.
            gateway.connect("/echo").close();
            var base = "ws://127.0.0.1:" + gateway.port();
            var client = node("client.mjs", base + "/echo", base + "/js_echo");
            try {
                var verdict = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(verdict).isEqualTo("passed\n");
            } finally {
                client.destroyForcibly();
            }
        }
    }

    @Test
    void aNodeApplicationIsServedBesideFilesAndScripts() throws Exception {
        var application = node("app.mjs");
        try (var output = application.inputReader();
                var gateway = TestGateway.with(
                        "conf/gateway.conf",
                        """
                        listeners { http { bind = "127.0.0.1:0" } }
                        hosts {
                          "*" {
                            routes {
                              "/" { files = "www", handlers = "handlers" }
                              "/app" { proxy = "http://127.0.0.1:%s", handlers = "handlers" }
                            }
                          }
                        }
                        """.formatted(output.readLine().substring("port ".length())),
                        "www/index.html",
                        "page",
                        "handlers/echo_wsh.mjs",
                        ECHO)) {
            assertThat(RawHttp.get(gateway.port(), "/").body()).isEqualTo("page");
            assertThat(RawHttp.get(gateway.port(), "/app/page?a=%2F").body())
                    .contains("\"url\":\"/page?a=%2F\"", "\"x-forwarded-prefix\":\"/app\"")
                    .contains("\"x-forwarded-host\":\"example.test:81\"", "\"x-forwarded-proto\":\"http\"");
            try (var its = gateway.connect("/app/socket", "chat");
                    var ours = gateway.connect("/app/echo");
                    var root = gateway.connect("/echo")) {
                assertThat((String) its.receive()).contains("\"url\":\"/socket\"", "\"x-forwarded-for\":\"127.0.0.1\"");
                assertThat(its.subprotocol()).isEqualTo("chat");
                assertThat(its.ask("hello")).isEqualTo("hello");
                assertThat(ours.ask("script")).isEqualTo("script");
                assertThat(root.ask("root")).isEqualTo("root");
                its.send("Goodbye");
                assertThat(its.closed().code()).isEqualTo(4000);
            }
        } finally {
            application.destroyForcibly();
        }
    }

    private static Process node(String script, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("node", Needs.NODE.resolve(script).toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
