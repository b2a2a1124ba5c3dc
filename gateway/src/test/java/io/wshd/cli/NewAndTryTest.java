package io.wshd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.cli.WshdProcess.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands for authors of handlers: {@code new} and {@code try}. */
@Timeout(180)
class NewAndTryTest {

    @TempDir
    private Path site;

    @BeforeEach
    void layOutSite() throws Exception {
        for (var directory : List.of("conf", "www", "handlers")) {
            Files.createDirectories(site.resolve(directory));
        }
        // Nobody listens on port 1.
        Files.writeString(site.resolve("conf/gateway.conf"), """
                listeners { http { bind = "127.0.0.1:1" } }
                hosts { "*" { routes { "/" { files = "www" }, "/ws" { handlers = "handlers" } } } }
                """);
    }

    private Outcome wshd(String... args) throws Exception {
        return WshdProcess.run(site.toRealPath(), List.of(), args);
    }

    @ParameterizedTest
    @CsvSource({"py, game/lobby, handlers/game/lobby_wsh.py", "js, greet, handlers/greet_wsh.mjs"})
    void aNewHandlerAnswersAtOnce(String language, String name, String file) throws Exception {
        var written = wshd("new", language, name);

        assertThat(written.err()).isEmpty();
        assertThat(written.status()).isZero();
        assertThat(written.out())
                .contains("wrote " + file)
                .contains("wrote www/" + name + ".html")
                .contains("open http://localhost:1/" + name + ".html")
                .contains("bin/wshd try /ws/" + name + " hello");
        assertThat(site.resolve(file)).content().contains("/ws/" + name + ": answers each message");
        assertThat(site.resolve("www/" + name + ".html")).content().contains("new URL(\"/ws/" + name + "\"");

        var answer = wshd("try", "/ws/" + name, "hello");
        assertThat(answer.out()).isEqualTo("You said: hello\n");
        assertThat(answer.err()).contains("No gateway runs at 127.0.0.1:1; starting one for this message.");
        assertThat(answer.status()).isZero();
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        Files.writeString(site.resolve("www/greet.html"), "mine");

        assertThat(wshd("new", "py", "greet"))
                .isEqualTo(new Outcome(
                        2,
                        "",
                        "www/greet.html is there already; nothing was written. Choose another name, or remove it.\n"));
        assertThat(site.resolve("handlers/greet_wsh.py")).doesNotExist();
        assertThat(site.resolve("www/greet.html")).hasContent("mine");
    }

    @Test
    void namesThatWouldLeaveTheDirectoryAreRefused() throws Exception {
        var outcome = wshd("new", "py", "../greet");

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("wshd new: \"../greet\" is no name; expected letters, digits");
    }

    @Test
    void withoutADirectoryOfHandlersItSaysWhatToAdd() throws Exception {
        Files.writeString(site.resolve("conf/gateway.conf"), """
                listeners { http { bind = "127.0.0.1:0" } }
                hosts { "*" { routes { "/" { files = "www" } } } }
                """);

        var outcome = wshd("new", "js", "greet");

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("no route has a directory of handlers. Add one to a host");
    }

    @Test
    void aRunningGatewayIsAsked() throws Exception {
        Files.writeString(site.resolve("handlers/twice_wsh.mjs"), """
                export async function webSocketDoExtraHandshake(request) {
                  if (request.resource.endsWith("no")) throw new Error("no");
                }
                export async function webSocketTransferData(request) {
                  const message = await request.stream.receive();
                  await request.stream.send(message);
                  await request.stream.send(new Uint8Array([0, 255]));
                  await request.stream.close(4000, "enough");
                }
                """);
        try (var gateway = WshdProcess.start(site, "run", "-p", "0")) {
            var port = gateway.line().replaceAll(".*:(\\d+)/", "$1");

            assertThat(wshd("try", "/ws/twice", "ho", "-p", port, "--answers", "2"))
                    .isEqualTo(new Outcome(0, "ho\n0x00ff\n", ""));
            assertThat(wshd("try", "/ws/twice", "ho", "-p", port, "--answers", "3"))
                    .isEqualTo(new Outcome(1, "ho\n0x00ff\n", "closed with 4000 (enough)\n"));
            assertThat(wshd("try", "/ws/nothing", "ho", "-p", port))
                    .isEqualTo(new Outcome(1, "", "/ws/nothing: refused with 404: no route has a script for it.\n"));
            assertThat(wshd("try", "/ws/twice?no", "ho", "-p", port).err())
                    .startsWith("/ws/twice?no: refused with 403: the script's handshake hook refused");
            assertThat(wshd("try", "/ws/twice", "-p", port, "--wait", "1"))
                    .isEqualTo(new Outcome(1, "", "no answer within 1 s\n"));
        }
    }
}
