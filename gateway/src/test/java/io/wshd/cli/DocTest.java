package io.wshd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** Each of these starts an interpreter. */
@Timeout(120)
class DocTest {

    private record Outcome(int status, String out, String err) {}

    private static Outcome doc(String name) {
        var out = new StringWriter();
        var err = new StringWriter();
        int status = new CommandLine(new Doc())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(name);
        return new Outcome(status, out.toString(), err.toString());
    }

    @Test
    void aPackageNamesItsModules() {
        var doc = doc("mod_pywebsocket");
        assertThat(doc.status()).isZero();
        assertThat(doc.err()).isEmpty();
        assertThat(doc.out())
                .startsWith("Help on package pywebsocket3:\n\nNAME\n    pywebsocket3 - ")
                .doesNotContain("\nFILE\n")
                .contains("\nPACKAGE CONTENTS\n")
                .containsSubsequence(
                        "    common\n",
                        "    dispatch\n",
                        "    extensions\n",
                        "    handshake (package)\n",
                        "    msgutil\n",
                        "    stream\n",
                        "    util\n");
    }

    @Test
    void aModuleAndAClassTellWhatTheyHave() {
        assertThat(doc("pywebsocket3.handshake.hybi").out())
                .startsWith("Help on module pywebsocket3.handshake.hybi")
                .contains("compute_accept_from_unicode(");
        assertThat(doc("mod_pywebsocket.stream.Stream").out())
                .contains("receive_message(self)", "send_message(self, message, end=True, binary=False)");
    }

    @Test
    void whatIsNotThereIsAMistake() {
        assertThat(doc("mod_pywebsocket.nothing"))
                .isEqualTo(new Outcome(
                        1,
                        "",
                        "wshd doc: there is no documentation of \"mod_pywebsocket.nothing\"; expected a module such as"
                                + " mod_pywebsocket.stream.\n"));
    }
}
