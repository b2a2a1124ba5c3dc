package io.wshd.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Checks UTF-8 (RFC 3629 section 4) as it arrives, and refuses the first byte that cannot be part of it. Keeps its
 * place within a character between calls; not thread-safe.
 */
final class Utf8Validator {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    // What the next byte must be, multiplied by 256 to index the table.
    private static final int START = 0;
    private static final int LAST = 1;
    private static final int TWO_LEFT = 2;
    private static final int THREE_LEFT = 3;
    private static final int AFTER_E0 = 4;
    private static final int AFTER_ED = 5;
    private static final int AFTER_F0 = 6;
    private static final int AFTER_F4 = 7;
    private static final int BAD = 8;

    /** For each state and byte the state that follows. */
    private static final byte[] NEXT = table();

    private int state = START;

    private static byte[] table() {
        byte[] next = new byte[BAD * 256];
        Arrays.fill(next, (byte) BAD);
        rule(next, START, 0x00, 0x7F, START);
        rule(next, START, 0xC2, 0xDF, LAST);
        rule(next, START, 0xE0, 0xE0, AFTER_E0);
        rule(next, START, 0xE1, 0xEC, TWO_LEFT);
        rule(next, START, 0xED, 0xED, AFTER_ED);
        rule(next, START, 0xEE, 0xEF, TWO_LEFT);
        rule(next, START, 0xF0, 0xF0, AFTER_F0);
        rule(next, START, 0xF1, 0xF3, THREE_LEFT);
        rule(next, START, 0xF4, 0xF4, AFTER_F4);
        rule(next, LAST, 0x80, 0xBF, START);
        rule(next, TWO_LEFT, 0x80, 0xBF, LAST);
        rule(next, THREE_LEFT, 0x80, 0xBF, TWO_LEFT);
        // Narrower second bytes: no overlong forms, no surrogates, nothing past U+10FFFF.
        rule(next, AFTER_E0, 0xA0, 0xBF, LAST);
        rule(next, AFTER_ED, 0x80, 0x9F, LAST);
        rule(next, AFTER_F0, 0x90, 0xBF, TWO_LEFT);
        rule(next, AFTER_F4, 0x80, 0x8F, TWO_LEFT);
        return next;
    }

    private static void rule(byte[] next, int state, int from, int to, int follows) {
        Arrays.fill(next, state * 256 + from, state * 256 + to + 1, (byte) follows);
    }

    /**
     * Checks the bytes that come next.
     *
     * @return false at a byte that no valid continuation could repair; the validator is of no further use then
     */
    boolean accept(byte[] bytes, int from, int to) {
        int now = state;
        int at = from;
        while (at < to) {
            if (now == START && bytes[at] >= 0) {
                at++;
                while (at + Long.BYTES <= to && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
                    at += Long.BYTES;
                }
                continue;
            }
            now = NEXT[now << 8 | bytes[at++] & 0xFF];
            if (now == BAD) {
                return false;
            }
        }
        state = now;
        return true;
    }

    /** Whether what was accepted ends with a whole character. */
    boolean isComplete() {
        return state == START;
    }

    /** Forgets everything, for the next message. */
    void reset() {
        state = START;
    }
}
