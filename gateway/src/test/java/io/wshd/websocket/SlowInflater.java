package io.wshd.websocket;

import java.io.ByteArrayOutputStream;

/**
 * The obvious inflater (RFC 1951), to compare the real ones with: remembers everything, and how far back the data has
 * referred at most.
 */
final class SlowInflater {

    private static final int[] ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private byte[] in;
    private int bit;
    private int farthest;

    /** Inflates the payload of one message without its tail; may refer to those before. */
    byte[] message(byte[] payload) {
        int before = all.size();
        in = Frames.join(payload, TAIL);
        bit = 0;
        while (bit < in.length * 8) {
            block();
        }
        byte[] bytes = all.toByteArray();
        return java.util.Arrays.copyOfRange(bytes, before, bytes.length);
    }

    int farthest() {
        return farthest;
    }

    private void block() {
        if (bits(1) != 0) {
            throw new AssertionError("BFINAL is set");
        }
        switch (bits(2)) {
            case 0 -> stored();
            case 1 -> {
                int[] literals = new int[288];
                for (int i = 0; i < 288; i++) {
                    literals[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
                }
                int[] distances = new int[30];
                java.util.Arrays.fill(distances, 5);
                symbols(literals, distances);
            }
            case 2 -> dynamic();
            default -> throw new AssertionError("reserved block type");
        }
    }

    private void stored() {
        bit = (bit + 7) / 8 * 8;
        int length = bits(16);
        if ((length ^ bits(16)) != 0xFFFF) {
            throw new AssertionError("length of a stored block");
        }
        for (int i = 0; i < length; i++) {
            all.write(bits(8));
        }
    }

    private void dynamic() {
        int literalCount = bits(5) + 257;
        int distanceCount = bits(5) + 1;
        int[] meta = new int[19];
        for (int i = 0, count = bits(4) + 4; i < count; i++) {
            meta[ORDER[i]] = bits(3);
        }
        int[] lengths = new int[literalCount + distanceCount];
        for (int i = 0; i < lengths.length; ) {
            int symbol = symbol(meta);
            int repeat = symbol < 16 ? 1 : symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
            int value = symbol < 16 ? symbol : symbol == 16 ? lengths[i - 1] : 0;
            for (; repeat > 0; repeat--) {
                lengths[i++] = value;
            }
        }
        symbols(
                java.util.Arrays.copyOf(lengths, literalCount),
                java.util.Arrays.copyOfRange(lengths, literalCount, lengths.length));
    }

    private void symbols(int[] literals, int[] distances) {
        for (int symbol; (symbol = symbol(literals)) != 256; ) {
            if (symbol < 256) {
                all.write(symbol);
                continue;
            }
            int extra = symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4;
            int length = symbol == 285
                    ? 258
                    : symbol < 265 ? symbol - 254 : 3 + (4 + (symbol - 265) % 4 << extra) + bits(extra);
            int code = symbol(distances);
            int more = code < 4 ? 0 : code / 2 - 1;
            int distance = code < 4 ? code + 1 : 1 + (2 + code % 2 << more) + bits(more);
            farthest = Math.max(farthest, distance);
            byte[] window = all.toByteArray();
            if (distance > window.length) {
                throw new AssertionError("reaches back " + distance + " of " + window.length);
            }
            for (int i = 0; i < length; i++) {
                all.write(window[window.length - distance + i % distance]);
            }
        }
    }

    /** Decodes a symbol of the canonical Huffman code with these lengths, one bit at a time. */
    private int symbol(int[] lengths) {
        int code = 0;
        int first = 0;
        for (int length = 1; length <= 15; length++) {
            code = code << 1 | bits(1);
            first <<= 1;
            int rank = 0;
            for (int i = 0; i < lengths.length; i++) {
                if (lengths[i] == length && first + rank++ == code) {
                    return i;
                }
            }
            first += rank;
        }
        throw new AssertionError("no such code");
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++, bit++) {
            value |= (in[bit / 8] >> bit % 8 & 1) << i;
        }
        return value;
    }
}
