package io.wshd.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedDecoderTest {

    private static final String BODY =
            "5\r\nhello\r\n1;name=\"value\"\r\n \r\n00A\r\nworld 1234\r\n0\r\nX-Sum: 16\r\nX-Other: a\r\n\r\n";

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aBodyIsTheSameInWhateverPiecesItComesAndGoes() throws IOException {
        for (int piece = 1; piece < BODY.length(); piece++) {
            for (int room = 1; room < 20; room += 3) {
                assertThat(decode(BODY + "next", piece, room)).isEqualTo("hello world 1234|16|a|next");
            }
        }
    }

    private static String decode(String body, int piece, int room) throws IOException {
        var decoder = new ChunkedDecoder();
        var result = new StringBuilder();
        int at = 0;
        while (!decoder.done()) {
            int end = Math.min(at + piece, body.length());
            var in = bytes(body.substring(at, end));
            while (in.hasRemaining() && !decoder.done()) {
                var out = ByteBuffer.allocate(room);
                decoder.decode(in, out);
                result.append(StandardCharsets.ISO_8859_1.decode(out.flip()));
            }
            at = end - in.remaining();
        }
        var trailers = decoder.trailers();
        return result + "|" + trailers.getFirst("X-Sum") + "|" + trailers.getFirst("X-Other") + "|"
                + body.substring(at);
    }

    @Test
    void aBodyThatHasNotEndedIsNotDone() throws IOException {
        var decoder = new ChunkedDecoder();
        decoder.decode(bytes(BODY.substring(0, BODY.length() - 2)), ByteBuffer.allocate(100));
        assertThat(decoder.done()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "x\r\n",
                "-1\r\n",
                "1\r\nab\r\n",
                "1\r\na\rx",
                ";ext\r\n",
                "1000000000000000000\r\n",
            })
    void whatIsNoChunkIsRefused(String body) {
        assertThatThrownBy(() -> new ChunkedDecoder().decode(bytes(body), ByteBuffer.allocate(100)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void extensionsAndTrailersAreBounded() {
        assertThatThrownBy(() -> new ChunkedDecoder().decode(bytes("1;" + "a".repeat(5000)), ByteBuffer.allocate(100)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() ->
                        new ChunkedDecoder().decode(bytes("0\r\n" + "a: b\r\n".repeat(2000)), ByteBuffer.allocate(100)))
                .isInstanceOf(IOException.class);
    }
}
