package io.wshd.websocket;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The masking of client payloads (RFC 6455 section 5.3), eight bytes at a time. */
final class Masking {

    private Masking() {}

    /**
     * Masks or unmasks bytes in place; position and limit stay.
     *
     * @param buffer in big-endian order, which is the order of a new buffer
     * @param key the four key bytes, the first one highest
     * @param offset how many bytes of the payload came before {@code from}
     */
    static void apply(ByteBuffer buffer, int from, int to, int key, long offset) {
        assert buffer.order() == ByteOrder.BIG_ENDIAN;
        int turned = Integer.rotateLeft(key, 8 * (int) (offset & 3));
        long word = (long) turned << 32 | turned & 0xFFFFFFFFL;
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            buffer.putLong(at, buffer.getLong(at) ^ word);
        }
        for (; at < to; at++) {
            word = Long.rotateLeft(word, 8);
            buffer.put(at, (byte) (buffer.get(at) ^ word));
        }
    }
}
