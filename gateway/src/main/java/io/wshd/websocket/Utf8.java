package io.wshd.websocket;

import java.nio.charset.StandardCharsets;

/** Encodes strings so that no input leads to invalid UTF-8: a lone surrogate becomes U+FFFD, as in browsers. */
final class Utf8 {

    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /** The number of bytes that {@link #encode} writes. */
    static long length(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                continue;
            }
            if (c < 0x800) {
                bytes++;
            } else {
                // Each half of a pair takes two of its four bytes; everything else, a replacement too, takes three.
                bytes += 2;
                if (startsPair(text, i)) {
                    i++;
                }
            }
        }
        return bytes;
    }

    /**
     * The string as UTF-8, by the JDK's vectorised encoder.
     *
     * @throws OutOfMemoryError if the result does not fit into an array
     */
    static byte[] encode(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        // It writes "?" for a lone surrogate, which reads back as something else.
        return new String(utf8, StandardCharsets.UTF_8).equals(text) ? utf8 : encode(text, 0);
    }

    /**
     * The string as UTF-8, behind some room for a header; for short ones.
     *
     * @param room bytes left zero before the first encoded byte
     * @throws OutOfMemoryError if the result does not fit into an array
     */
    static byte[] encode(String text, int room) {
        long length = length(text) + room;
        if (length > Integer.MAX_VALUE - 8) {
            throw new OutOfMemoryError("text of " + length + " bytes");
        }
        byte[] to = new byte[(int) length];
        int at = room;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                to[at++] = (byte) c;
            } else if (c < 0x800) {
                to[at++] = (byte) (0xC0 | c >> 6);
                to[at++] = (byte) (0x80 | c & 0x3F);
            } else if (startsPair(text, i)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                to[at++] = (byte) (0xF0 | point >> 18);
                to[at++] = (byte) (0x80 | point >> 12 & 0x3F);
                to[at++] = (byte) (0x80 | point >> 6 & 0x3F);
                to[at++] = (byte) (0x80 | point & 0x3F);
            } else {
                char unit = Character.isSurrogate(c) ? REPLACEMENT : c;
                to[at++] = (byte) (0xE0 | unit >> 12);
                to[at++] = (byte) (0x80 | unit >> 6 & 0x3F);
                to[at++] = (byte) (0x80 | unit & 0x3F);
            }
        }
        return to;
    }

    private static boolean startsPair(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }
}
