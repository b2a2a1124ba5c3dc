package io.wshd.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.config.WebSocketConfig;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed messages on their way out and in, without a connection. */
class CompressionTest {

    private static final int MAX = 100_000;

    private final CompressorPool pool = new CompressorPool();

    private static PerMessageDeflate agreed(int bits, boolean takeover) {
        return new PerMessageDeflate(bits, takeover, takeover, "");
    }

    private static WebSocketConfig.Compression settings(int threshold) {
        return new WebSocketConfig.Compression(true, false, threshold, 2);
    }

    /** A message's compressed payload, as a client of zlib makes it. */
    static byte[] deflated(byte[] data) {
        return deflated(new Deflater(Deflater.DEFAULT_COMPRESSION, true), data);
    }

    static byte[] deflated(Deflater deflater, byte[] data) {
        deflater.setInput(data);
        byte[] to = new byte[2 * data.length + 100];
        int size = deflater.deflate(to, 0, to.length, Deflater.SYNC_FLUSH);
        return Arrays.copyOf(to, size - 4);
    }

    /** Text that repeats itself near and far. */
    static byte[] sample(Random random, int size) {
        var bytes = new ByteArrayOutputStream();
        while (bytes.size() < size) {
            byte[] so = bytes.toByteArray();
            if (so.length > 10 && random.nextInt(3) > 0) {
                int at = random.nextInt(so.length);
                bytes.write(so, at, Math.min(so.length - at, random.nextInt(60)));
            } else {
                bytes.write('a' + random.nextInt(26));
            }
        }
        return Arrays.copyOf(bytes.toByteArray(), size);
    }

    private static List<Frames.Received> wire(MessageDeflater deflater, byte[]... pieces) {
        var frames = new ByteArrayOutputStream();
        for (int i = 0; i < pieces.length; i++) {
            var frame = deflater.deflate(OutgoingFrame.of(true, pieces[i], i == pieces.length - 1), i == 0);
            if (i > 0) {
                frame.continues();
            }
            frames.writeBytes(frame.whole().array());
        }
        return Frames.parse(frames.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14, 15})
    void noMessageReachesBackFartherThanTheWindowAgreedOnNorBeforeItsOwnStart(int bits) {
        var deflater = new MessageDeflater(agreed(bits, false), settings(0), pool);
        var random = new Random(bits);
        int farthest = 0;
        for (int size : new int[] {0, 1, 5, 300, 8189, 70_000, 3000}) {
            byte[] data = sample(random, size);
            var frame = wire(deflater, data).getFirst();
            assertThat(frame.first()).isIn(size < 10 ? List.of(0xC1, 0x81) : List.of(0xC1));
            if (frame.first() == 0xC1) {
                var inflater = new SlowInflater();
                assertThat(inflater.message(frame.payload())).isEqualTo(data);
                farthest = Math.max(farthest, inflater.farthest());
            }
        }
        assertThat(farthest).isBetween((1 << bits) / 2 - 20, 1 << bits);
        assertThat(pool.idle()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 12, 15})
    void withTakeoverTheWindowGoesOnFromMessageToMessage(int bits) {
        var deflater = new MessageDeflater(agreed(bits, true), settings(0), pool);
        var inflater = new SlowInflater();
        byte[] data = sample(new Random(3), 150);
        int first = 0;
        for (int i = 0; i < 20; i++) {
            byte[] payload = wire(deflater, data).getFirst().payload();
            assertThat(inflater.message(payload)).isEqualTo(data);
            first = i == 0 ? payload.length : first;
            assertThat(payload.length).isLessThanOrEqualTo(i == 0 ? first : first / 2);
        }
        assertThat(inflater.farthest()).isLessThanOrEqualTo(1 << bits);
        deflater.release();
    }

    @Test
    void outputOfEveryLengthIsComplete() {
        for (int bits : new int[] {10, 15}) {
            var deflater = new MessageDeflater(agreed(bits, true), settings(0), pool);
            var random = new Random(1);
            try (var inflater = new java.util.zip.Inflater(true)) {
                for (int size = 8150; size < 8250; size++) {
                    byte[] data = new byte[size];
                    random.nextBytes(data);
                    byte[] back = new byte[size + 1];
                    inflater.setInput(
                            Frames.join(wire(deflater, data).getFirst().payload(), MessageDeflater.TAIL));
                    assertThat(inflater.inflate(back)).isEqualTo(size);
                    assertThat(Arrays.copyOf(back, size)).isEqualTo(data);
                }
            } catch (java.util.zip.DataFormatException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void onlyTheFirstFrameOfACompressedMessageHasRsv1() {
        var deflater = new MessageDeflater(agreed(15, false), settings(10), pool);
        byte[] piece = "a piece of a message, a piece of a message".getBytes(UTF_8);
        var frames = wire(deflater, piece, new byte[0], piece, piece, new byte[0]);
        assertThat(frames).extracting(Frames.Received::first).containsExactly(0x41, 0, 0, 0, 0x80);
        byte[] whole = Frames.join(frames.stream().map(Frames.Received::payload).toArray(byte[][]::new));
        assertThat(new SlowInflater().message(whole)).isEqualTo(Frames.join(piece, piece, piece));
    }

    @Test
    void aMessageUnderTheThresholdOrThatDoesNotShrinkIsSentAsItIs() {
        var deflater = new MessageDeflater(agreed(15, false), settings(100), pool);
        byte[] small = new byte[99];
        assertThat(wire(deflater, small)).first().hasToString("81:" + new String(small, UTF_8));
        assertThat(wire(deflater, new byte[1], new byte[1000]))
                .extracting(Frames.Received::first)
                .containsExactly(1, 0x80);
        byte[] noise = new byte[2000];
        new Random(1).nextBytes(noise);
        assertThat(wire(deflater, noise)).singleElement().satisfies(frame -> {
            assertThat(frame.first()).isEqualTo(0x81);
            assertThat(frame.payload()).isEqualTo(noise);
        });
        assertThat(wire(deflater, new byte[1000]).getFirst().first()).isEqualTo(0xC1);
    }

    @Test
    void anEmptyMessageIsOneByte() {
        for (boolean takeover : new boolean[] {false, true}) {
            var deflater = new MessageDeflater(agreed(15, takeover), settings(0), pool);
            for (int i = 0; i < 3; i++) {
                assertThat(wire(deflater, new byte[0])).singleElement().hasToString("c1:\0");
            }
        }
    }

    @Test
    void thePoolKeepsNoMoreThanItsBound() {
        var compressors = new ArrayList<Compressor>();
        for (int i = 0; i < 5; i++) {
            compressors.add(pool.compressor(9 + i));
        }
        for (int i = 0; i < 5; i++) {
            pool.give(compressors.get(i), 9 + i, 3);
            pool.give(new java.util.zip.Inflater(true), 2);
        }
        assertThat(pool.idle()).isEqualTo(5);
        pool.clear();
        assertThat(pool.idle()).isZero();
    }

    /** Reads frames, given one after the other or cut into single bytes, and tells what came out as text. */
    private List<String> read(boolean takeover, int cut, byte[]... frames) {
        var events = new ArrayList<String>();
        var inflater = new MessageInflater(agreed(15, takeover), settings(0), pool);
        var decoder = new FrameDecoder(true);
        var reader = new MessageReader(MAX, inflater, new MessageReader.Events() {
            @Override
            public void message(Message message) {
                events.add((message.text() ? "text " : "binary ") + message.data().length + " "
                        + Arrays.hashCode(message.data()));
            }

            @Override
            public void ping(byte[] data) {
                events.add("ping");
            }

            @Override
            public void pong(byte[] data) {
                events.add("pong");
            }

            @Override
            public void close(CloseStatus status) {
                events.add("close");
            }
        });
        byte[] all = Frames.join(frames);
        try {
            for (int at = 0; at < all.length; at += cut) {
                int size = Math.min(cut, all.length - at);
                decoder.decode(
                        ByteBuffer.allocateDirect(size).put(all, at, size).flip(), reader);
            }
        } catch (ProtocolException e) {
            events.add("fail " + e.code());
        }
        inflater.release();
        return events;
    }

    private static String text(byte[] data) {
        return "text " + data.length + " " + Arrays.hashCode(data);
    }

    @Test
    void messagesAreInflatedHoweverTheyAreCutAndFragmented() {
        byte[] data = sample(new Random(1), 20_000);
        byte[] payload = deflated(data);
        byte[] start = Arrays.copyOf(payload, 1000);
        byte[] rest = Arrays.copyOfRange(payload, 1000, payload.length);
        for (int cut : new int[] {1, 7, 1_000_000}) {
            assertThat(read(
                            false,
                            cut,
                            Frames.masked(0xC1, payload),
                            Frames.masked(0x41, start),
                            Frames.masked(0x89),
                            Frames.masked(0x00),
                            Frames.masked(0x80, rest),
                            Frames.text("plain"),
                            Frames.masked(0xC1, (byte) 0),
                            Frames.masked(0xC1),
                            Frames.masked(0xC1, payload)))
                    .as("cut %d", cut)
                    .containsExactly(
                            text(data),
                            "ping",
                            text(data),
                            text("plain".getBytes(UTF_8)),
                            text(new byte[0]),
                            text(new byte[0]),
                            text(data));
        }
        assertThat(pool.idle()).isEqualTo(1);
    }

    @Test
    void theExamplesOfTheRfcAreRead() {
        byte[] hello = "Hello".getBytes(UTF_8);
        byte[] once = {(byte) 0xF2, 0x48, (byte) 0xCD, (byte) 0xC9, (byte) 0xC9, 0x07, 0x00};
        byte[] again = {(byte) 0xF2, 0x00, 0x11, 0x00, 0x00};
        byte[] stored = {0x00, 0x05, 0x00, (byte) 0xFA, (byte) 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00};
        byte[] last = {(byte) 0xF3, 0x48, (byte) 0xCD, (byte) 0xC9, (byte) 0xC9, 0x07, 0x00, 0x00};
        byte[] blocks = {
            (byte) 0xF2,
            0x48,
            0x05,
            0x00,
            0x00,
            0x00,
            (byte) 0xFF,
            (byte) 0xFF,
            (byte) 0xCA,
            (byte) 0xC9,
            (byte) 0xC9,
            0x07,
            0x00
        };
        for (int cut : new int[] {1, 1000}) {
            assertThat(read(
                            true,
                            cut,
                            Frames.masked(0xC1, once),
                            Frames.masked(0xC1, again),
                            Frames.masked(0xC1, stored),
                            Frames.masked(0xC1, last),
                            Frames.masked(0xC1, blocks),
                            Frames.masked(0x41, Arrays.copyOf(once, 3)),
                            Frames.masked(0x80, Arrays.copyOfRange(once, 3, 7))))
                    .hasSize(6)
                    .containsOnly(text(hello));
        }
    }

    @Test
    void withTakeoverTheClientMayReferToItsEarlierMessages() {
        byte[] data = sample(new Random(1), 5000);
        var deflater = new Deflater(9, true);
        byte[] one = deflated(deflater, data);
        byte[] two = deflated(deflater, data);
        assertThat(two.length).isLessThan(one.length / 5);
        assertThat(read(true, 100, Frames.masked(0xC1, one), Frames.text("x"), Frames.masked(0xC1, two)))
                .containsExactly(text(data), text(new byte[] {'x'}), text(data));
        assertThat(read(false, 100, Frames.masked(0xC1, one), Frames.masked(0xC1, two)))
                .containsExactly(text(data), "fail 1007");
    }

    @Test
    void aClientMayUseTheWholeWindowOf32KiB() {
        byte[] noise = new byte[32_000];
        new Random(2).nextBytes(noise);
        byte[] payload = deflated(Frames.join(noise, noise));
        assertThat(payload).hasSizeLessThan(33_000);
        assertThat(read(false, 5000, Frames.masked(0xC2, payload)))
                .containsExactly("binary 64000 " + Arrays.hashCode(Frames.join(noise, noise)));
    }

    @Test
    void theLimitHoldsOnTheInflatedBytes() {
        assertThat(read(false, 4096, Frames.masked(0xC2, deflated(new byte[MAX]))))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("binary " + MAX);
        assertThat(read(false, 4096, Frames.masked(0xC2, deflated(new byte[MAX + 1]))))
                .containsExactly("fail 1009");
        assertThat(read(
                        false,
                        4096,
                        Frames.masked(0x42, deflated(new byte[MAX])),
                        Frames.masked(0x80, Frames.join(MessageDeflater.TAIL, deflated(new byte[1])))))
                .containsExactly("fail 1009");
    }

    @Test
    void aCompressedMessageMayBeLongerThanItsInflatedForm() {
        byte[] noise = new byte[MAX];
        new Random(1).nextBytes(noise);
        byte[] payload = deflated(noise);
        assertThat(payload).hasSizeGreaterThan(MAX);
        assertThat(read(false, 1000, Frames.masked(0xC2, payload)))
                .containsExactly("binary " + MAX + " " + Arrays.hashCode(noise));
    }

    @Test
    void corruptDataFailsWith1007() {
        assertThat(read(false, 1000, Frames.masked(0xC2, (byte) 0xFF, (byte) 0xFF)))
                .containsExactly("fail 1007");
        assertThat(read(false, 1000, Frames.masked(0xC2, (byte) 0x02, (byte) 0x7F, (byte) 0x55, (byte) 0x55)))
                .containsExactly("fail 1007");
    }

    @Test
    void textIsCheckedInItsInflatedForm() {
        byte[] bad = Frames.join("grüße".getBytes(UTF_8), new byte[] {(byte) 0xED, (byte) 0xA0}, new byte[500]);
        assertThat(read(false, 1, Frames.masked(0xC1, deflated(bad)))).containsExactly("fail 1007");
        assertThat(read(false, 1, Frames.masked(0xC2, deflated(bad)))).hasSize(1);
        assertThat(read(false, 1, Frames.masked(0xC1, deflated(new byte[] {(byte) 0xE2, (byte) 0x82}))))
                .containsExactly("fail 1007");
        byte[] start = deflated("€".getBytes(UTF_8));
        assertThat(read(false, 1, Frames.masked(0xC1, start))).containsExactly(text("€".getBytes(UTF_8)));
    }

    @Test
    void badTextIsFoundBeforeItsMessageEnds() {
        byte[] payload = Frames.join(deflated(new byte[] {'a', (byte) 0xFF}), MessageDeflater.TAIL);
        assertThat(read(false, 1000, Frames.masked(0x41, payload))).containsExactly("fail 1007");
    }

    @Test
    void aSessionThatEndsWithinAMessageGivesItsDecompressorBack() throws Exception {
        var inflater = new MessageInflater(agreed(15, false), settings(0), pool);
        inflater.begin(ByteBuffer.wrap(deflated(new byte[100])));
        assertThat(inflater.inflate(new byte[10], 0, 10)).isEqualTo(10);
        inflater.release();
        assertThat(pool.idle()).isZero();
        inflater.pause();
        assertThat(pool.idle()).isEqualTo(1);
    }
}
