package io.wshd.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frame decoder and the message reader on top of it. */
class DecoderTest {

    private static final int MAX = DecoderFuzz.MAX;

    private static List<String> decode(byte[] bytes, Random cuts) {
        return DecoderFuzz.decode(bytes, false, cuts);
    }

    private static List<String> decode(byte[]... frames) {
        return decode(Frames.join(frames), null);
    }

    private static String text(String text) {
        return "text " + Arrays.toString(text.getBytes(UTF_8));
    }

    @Test
    void agreesWithTheObviousDecoderOnRandomFramesCutAnywhere() {
        for (int seed = 0; seed < 6000; seed++) {
            var random = new Random(seed);
            byte[] bytes = randomFrames(random);
            List<String> expected = SlowDecoder.decode(bytes, MAX);
            assertThat(decode(bytes, null)).as("seed %d, whole", seed).isEqualTo(expected);
            assertThat(decode(bytes, random)).as("seed %d, cut", seed).isEqualTo(expected);
        }
    }

    private static byte[] randomFrames(Random random) {
        var bytes = new ByteArrayOutputStream();
        boolean open = false;
        int frames = 1 + random.nextInt(8);
        for (int i = 0; i < frames; i++) {
            boolean control = random.nextInt(4) == 0;
            boolean fin = control || random.nextBoolean();
            int opcode = control ? 8 + (random.nextInt(5) + 1) % 3 : open ? 0 : 1 + random.nextInt(2);
            byte[] payload = randomPayload(random, control ? 126 : random.nextInt(6) == 0 ? 2500 : 300);
            if (opcode == 8 && payload.length >= 2) {
                payload[0] = (byte) (random.nextInt(10) == 0 ? random.nextInt() : 3);
                payload[1] = (byte) random.nextInt(232, 256);
            }
            int first = (fin ? 0x80 : 0) | opcode;
            if (random.nextInt(40) == 0) {
                first ^= 1 << random.nextInt(8);
            }
            int size = payload.length;
            int form = size < 126 ? 0 : 2;
            if (random.nextInt(40) == 0) {
                form = random.nextBoolean() ? 8 : 2;
            }
            byte[] frame = Frames.masked(first, form, random.nextInt(60) == 0 ? random.nextLong() : size, payload);
            if (random.nextInt(60) == 0) {
                frame[1] &= 0x7F;
            }
            bytes.writeBytes(frame);
            open = control ? open : !fin;
        }
        return bytes.toByteArray();
    }

    private static byte[] randomPayload(Random random, int bound) {
        int size = random.nextInt(bound);
        if (random.nextInt(3) == 0) {
            byte[] any = new byte[size];
            random.nextBytes(any);
            return any;
        }
        var text = new StringBuilder();
        while (text.length() < size / 3) {
            text.appendCodePoint(
                    switch (random.nextInt(5)) {
                        case 0 -> random.nextInt(0x80, 0x800);
                        case 1 -> random.nextInt(0xE000, 0x10000);
                        case 2 -> random.nextInt(0x10000, 0x110000);
                        default -> random.nextInt(0x20, 0x7F);
                    });
        }
        byte[] utf8 = text.toString().getBytes(UTF_8);
        // Sometimes cut within a character, which is legal unless the message ends there.
        return random.nextInt(4) == 0 ? Arrays.copyOf(utf8, random.nextInt(utf8.length + 1)) : utf8;
    }

    @Test
    void aMessageMayComeInFragmentsWithControlFramesBetween() {
        assertThat(decode(
                        Frames.masked(0x01, (byte) 'a'),
                        Frames.masked(0x89, (byte) 'p'),
                        Frames.masked(0x00),
                        Frames.masked(0x80, (byte) 'b')))
                .containsExactly("ping [112]", text("ab"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC1, 0xA1, 0x91, 0xC9, 0xA9, 0x99, 0xF1})
    void aReservedBitFailsWith1002(int first) {
        assertThat(decode(Frames.masked(first))).containsExactly("fail 1002");
    }

    @Test
    void rsv1IsForTheFirstFrameOfAMessageOnlyWhereAnExtensionUsesIt() {
        for (int first : new int[] {0xC0, 0xC8, 0xC9, 0xE1, 0xD1}) {
            byte[] open = first == 0xC0 ? Frames.masked(0x41) : new byte[0];
            assertThat(DecoderFuzz.decode(Frames.join(open, Frames.masked(first)), true, null))
                    .as("%x", first)
                    .containsExactly("fail 1002");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x83, 0x84, 0x85, 0x86, 0x87, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F})
    void aReservedOpcodeFailsWith1002(int first) {
        assertThat(decode(Frames.masked(first))).containsExactly("fail 1002");
    }

    @Test
    void anUnmaskedFrameFailsWith1002() {
        assertThat(decode(new byte[] {(byte) 0x81, 1, 'a'})).containsExactly("fail 1002");
    }

    @Test
    void aFragmentedOrLongControlFrameFailsWith1002() {
        assertThat(decode(Frames.masked(0x09))).containsExactly("fail 1002");
        assertThat(decode(Frames.masked(0x89, new byte[126]))).containsExactly("fail 1002");
        assertThat(decode(Frames.masked(0x89, new byte[125])))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("ping");
    }

    @Test
    void aLengthMustBeInItsShortestForm() {
        assertThat(decode(Frames.masked(0x82, 2, 125, new byte[125]))).containsExactly("fail 1002");
        assertThat(decode(Frames.masked(0x82, 8, 65535, new byte[0]))).containsExactly("fail 1002");
        assertThat(decode(Frames.masked(0x82, 8, Long.MIN_VALUE, new byte[0]))).containsExactly("fail 1002");
        assertThat(decode(Frames.masked(0x82, 2, 126, new byte[126]))).hasSize(1);
    }

    @Test
    void fragmentsMustBeInOrder() {
        assertThat(decode(Frames.masked(0x80))).containsExactly("fail 1002");
        assertThat(decode(Frames.masked(0x01), Frames.masked(0x81))).containsExactly("fail 1002");
        assertThat(decode(Frames.text("a"), Frames.masked(0x00))).containsExactly(text("a"), "fail 1002");
    }

    @Test
    void aMessagePastTheLimitFailsWith1009BeforeItsPayloadArrives() {
        assertThat(decode(Frames.masked(0x82, 8, Long.MAX_VALUE, new byte[0]))).containsExactly("fail 1009");
        assertThat(decode(Frames.masked(0x02, new byte[MAX]), Frames.masked(0x80, (byte) 1)))
                .containsExactly("fail 1009");
        assertThat(decode(Frames.masked(0x02, new byte[MAX]), Frames.masked(0x80)))
                .hasSize(1);
    }

    @Test
    void theCostOfAMessageFollowsItsBytesAndNotTheNumberOfItsFragments() throws Exception {
        byte[] fragment = new byte[64];
        int fragments = 16_384;
        int bytes = fragments * fragment.length;
        var reader = new MessageReader(bytes, null, new DecoderFuzz.Log(bytes));
        var decoder = new FrameDecoder(false);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var first = ByteBuffer.wrap(Frames.masked(0x02, fragment));
        var next = ByteBuffer.wrap(Frames.masked(0x00, fragment));
        long before = threads.getCurrentThreadAllocatedBytes();
        decoder.decode(first, reader);
        for (int i = 1; i < fragments; i++) {
            decoder.decode(next.rewind(), reader);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isBetween((long) bytes, 4L * bytes);
    }

    @Test
    void theLimitIsForEachMessageAndNotForAll() {
        byte[] message = Frames.masked(0x82, new byte[MAX]);
        assertThat(decode(message, message, message)).hasSize(3);
    }

    @Test
    void textFailsWith1007AtItsFirstBadByteInTheMiddleOfAFrame() {
        byte[] start = {'a', (byte) 0xCE, (byte) 0xBA, (byte) 0xED, (byte) 0xA0};
        byte[] frame = Frames.masked(0x81, 0, 100, start);
        assertThat(decode(Arrays.copyOf(frame, frame.length - 1))).isEmpty();
        assertThat(decode(frame)).containsExactly("fail 1007");
    }

    @Test
    void textMustNotEndWithinACharacterButAFragmentMay() {
        byte[] euro = "€".getBytes(UTF_8);
        assertThat(decode(Frames.masked(0x81, euro[0], euro[1]))).containsExactly("fail 1007");
        assertThat(decode(Frames.masked(0x01, euro[0], euro[1]), Frames.masked(0x80, euro[2])))
                .containsExactly(text("€"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    void aCloseCodeThatMustNotTravelFailsWith1002(int code) {
        assertThat(decode(Frames.close(code, ""))).containsExactly("fail 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999})
    void aRegisteredOrPrivateCloseCodeIsTaken(int code) {
        assertThat(decode(Frames.close(code, "bye"))).containsExactly("close " + code);
    }

    @Test
    void aCloseBodyOfOneByteFailsWith1002AndABadReasonWith1007() {
        assertThat(decode(Frames.masked(0x88, (byte) 3))).containsExactly("fail 1002");
        assertThat(decode(Frames.masked(0x88, (byte) 3, (byte) 0xE8, (byte) 0xC0)))
                .containsExactly("fail 1007");
        assertThat(decode(Frames.masked(0x88))).containsExactly("close 1005");
    }

    @Test
    void nothingBehindACloseFrameIsDecoded() {
        assertThat(decode(Frames.close(1000, ""), Frames.text("late"), Frames.masked(0x8F)))
                .containsExactly("close 1000");
    }
}
