package io.wshd.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames, close bodies and text on their way out, and the UTF-8 validator. */
class EncoderTest {

    @Test
    void lengthsAreInTheirShortestForm() {
        for (int size : new int[] {0, 1, 125, 126, 127, 65535, 65536, 100_000}) {
            byte[] data = new byte[size];
            Arrays.fill(data, (byte) size);
            byte[] frame = FrameEncoder.frame(Opcode.BINARY, true, data);
            assertThat(Frames.parse(frame)).singleElement().satisfies(received -> {
                assertThat(received.first()).isEqualTo(0x82);
                assertThat(received.payload()).isEqualTo(data);
            });
            assertThat(OutgoingFrame.of(false, data, true).payloadSize()).isEqualTo(size);
            assertThat(OutgoingFrame.of(false, data, true).whole().array()).isEqualTo(frame);
        }
    }

    @Test
    void noFrameIsMaskedAndNoReservedBitIsSet() {
        for (int opcode : new int[] {Opcode.TEXT, Opcode.BINARY, Opcode.CLOSE, Opcode.PING, Opcode.PONG}) {
            for (int size : new int[] {0, 125, 126, 70_000}) {
                byte[] frame = FrameEncoder.frame(opcode, true, new byte[size]);
                assertThat(frame[0] & 0xFF).isEqualTo(0x80 | opcode);
                assertThat(frame[1]).isNotNegative();
            }
        }
    }

    @Test
    void textIsEncodedStraightIntoItsFrame() {
        assertThat(Frames.parse(FrameEncoder.textFrame(Opcode.TEXT, false, "aé€😀")))
                .singleElement()
                .satisfies(received -> {
                    assertThat(received.first()).isEqualTo(0x01);
                    assertThat(received.payload()).isEqualTo("aé€😀".getBytes(UTF_8));
                });
    }

    @Test
    void aLoneSurrogateBecomesTheReplacementCharacter() {
        assertThat(new String(Utf8.encode("a\uD800b\uDC00\uD83D", 0), UTF_8)).isEqualTo("a\uFFFDb\uFFFD\uFFFD");
        assertThat(new String(Utf8.encode("?\uD800"), UTF_8)).isEqualTo("?\uFFFD");
    }

    @Test
    void textOfAnyLengthIsTheSameOnTheWire() {
        for (int length : new int[] {0, 1, 125, 126, 512, 513, 65_530, 70_000}) {
            for (String text :
                    new String[] {"x".repeat(length), "é€".repeat(length / 2), "?\uDC00".repeat(length / 2)}) {
                byte[] utf8 = text.replace('\uDC00', '\uFFFD').getBytes(UTF_8);
                assertThat(OutgoingFrame.of(text, true).whole())
                        .isEqualTo(OutgoingFrame.of(true, utf8, true).whole());
            }
        }
    }

    @Test
    void anyTextComesOutAsTheJdkEncodesIt() {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            String text = random.ints(random.nextInt(20), 0, 0x110000)
                    .map(point -> point >= 0xD800 && point < 0xE000 || random.nextInt(3) == 0 ? point & 0x7FF : point)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            assertThat(Utf8.encode(text, 0)).isEqualTo(text.getBytes(UTF_8));
        }
    }

    @Test
    void theValidatorAgreesWithTheJdkOnEveryShortSequenceAndStopsAtTheFirstBadByte() {
        int[] edges = {
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
            0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF
        };
        for (int first = 0; first < 256; first++) {
            for (int second : edges) {
                for (int third : new int[] {0x41, 0x80, 0xBF, 0xE0}) {
                    for (int fourth : new int[] {0x41, 0xBF}) {
                        check(new byte[] {(byte) first, (byte) second, (byte) third, (byte) fourth});
                    }
                }
            }
        }
    }

    private static void check(byte[] bytes) {
        var validator = new Utf8Validator();
        for (int i = 0; i < bytes.length; i++) {
            byte[] soFar = Arrays.copyOf(bytes, i + 1);
            boolean accepted = validator.accept(bytes, i, i + 1);
            if (accepted != SlowDecoder.mayBecomeUtf8(soFar)) {
                assertThat(accepted).as(Arrays.toString(soFar)).isEqualTo(!accepted);
            }
            if (!accepted) {
                return;
            }
            assertThat(validator.isComplete()).isEqualTo(SlowDecoder.isUtf8(soFar));
        }
    }

    @Test
    void theValidatorFindsABadByteAtAnyPlaceOfLongAscii() {
        for (int at = 0; at < 40; at++) {
            byte[] text = "x".repeat(40).getBytes(UTF_8);
            assertThat(new Utf8Validator().accept(text, 0, 40)).isTrue();
            text[at] = (byte) 0xFF;
            assertThat(new Utf8Validator().accept(text, 0, 40)).isFalse();
        }
    }

    @Test
    void onlyCodesThatMayTravelAreSent() {
        for (int code : new int[] {0, 999, 1004, 1006, 1015, 2999, 5000}) {
            assertThatThrownBy(() -> new CloseStatus(code, "").payload()).hasMessageContaining("close code " + code);
        }
        assertThat(new CloseStatus(1000, "é").payload())
                .isEqualTo(new byte[] {3, (byte) 0xE8, (byte) 0xC3, (byte) 0xA9});
        assertThat(CloseStatus.empty().payload()).isEmpty();
        assertThatThrownBy(() -> new CloseStatus(1005, "why").payload()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CloseStatus(1000, "é".repeat(62)).payload())
                .hasMessageContaining("124 bytes");
    }
}
