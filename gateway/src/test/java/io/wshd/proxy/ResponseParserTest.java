package io.wshd.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseParserTest {

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ResponseParser parse(String head) throws IOException {
        var parser = new ResponseParser(1000);
        assertThat(parser.parse(bytes(head))).isTrue();
        return parser;
    }

    @Test
    void aHeadIsTheSameInWhateverPiecesItComes() throws IOException {
        var head = "\r\nHTTP/1.1 404 Not Here\r\nA: 1\r\nb:2 \r\nA:\t3\r\nEmpty:\r\n\r\n";
        for (int cut = 1; cut < head.length(); cut++) {
            var parser = new ResponseParser(1000);
            var first = bytes(head.substring(0, cut));
            assertThat(parser.parse(first)).isFalse();
            assertThat(first.hasRemaining()).isFalse();
            var second = bytes(head.substring(cut) + "body");
            assertThat(parser.parse(second)).isTrue();
            assertThat(second.remaining()).isEqualTo(4);
            assertThat(parser.status()).isEqualTo(404);
            assertThat(parser.reason()).isEqualTo("Not Here");
            assertThat(parser.minor()).isEqualTo(1);
            assertThat(parser.headers().get("A")).containsExactly("1", "3");
            assertThat(parser.headers().getFirst("B")).isEqualTo("2");
            assertThat(parser.headers().getFirst("Empty")).isEmpty();
        }
    }

    @Test
    void whatServersSendInSpiteOfTheStandardIsUnderstood() throws IOException {
        var parser = parse("HTTP/1.0 200\nA : 1\nB: one\n two\n\tthree\nC: \u00e4\n\n");
        assertThat(parser.minor()).isZero();
        assertThat(parser.reason()).isEmpty();
        assertThat(parser.headers().getFirst("A")).isEqualTo("1");
        assertThat(parser.headers().get("B")).containsExactly("one two three");
        assertThat(parser.headers().getFirst("C")).isEqualTo("\u00e4");
    }

    @Test
    void oneParserReadsOneHeadAfterAnother() throws IOException {
        var parser = new ResponseParser(60);
        var both = bytes("HTTP/1.1 100 Continue\r\nA: 1\r\n\r\nHTTP/1.1 200 OK\r\nB: 2\r\n\r\n");
        assertThat(parser.parse(both)).isTrue();
        assertThat(parser.status()).isEqualTo(100);
        parser.reset();
        assertThat(parser.parse(both)).isTrue();
        assertThat(parser.status()).isEqualTo(200);
        assertThat(parser.headers().contains("A")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 099 Low\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
                "HTTP/1.1 200 OK\r\nna me: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nn\u00e4me: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nname: a\u0000b\r\n\r\n",
                "HTTP/1.1 200 OK\r\nname: a\rb\r\n\r\n",
                "HTTP/1.1 200 OK\r\n folded: first\r\n\r\n",
            })
    void whatNoClientCouldReadSafelyIsRefused(String head) {
        assertThatThrownBy(() -> new ResponseParser(1000).parse(bytes(head))).isInstanceOf(IOException.class);
    }

    @Test
    void aHeadPastItsBoundIsRefusedBeforeItIsKept() {
        var parser = new ResponseParser(100);
        assertThatThrownBy(() -> parser.parse(bytes("HTTP/1.1 200 OK\r\nA: " + "a".repeat(100))))
                .hasMessageContaining("max-response-header");
        var many = new ResponseParser(100);
        assertThatThrownBy(() -> many.parse(bytes("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(20))))
                .hasMessageContaining("max-response-header");
    }
}
