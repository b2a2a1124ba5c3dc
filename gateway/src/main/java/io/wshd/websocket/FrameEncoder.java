package io.wshd.websocket;

/** Writes a server's frames (RFC 6455 section 5.2): unmasked, the length in its shortest form. */
final class FrameEncoder {

    private static final int FIN = 0x80;
    private static final int RSV1 = 0x40;

    private FrameEncoder() {}

    static int headerSize(long length) {
        return length < 126 ? 2 : length < 0x10000 ? 4 : 10;
    }

    /** The size of the header that a frame begins with. */
    static int headerSize(byte[] frame) {
        return frame[1] < 126 ? 2 : frame[1] == 126 ? 4 : 10;
    }

    /** Writes a header at the start of {@code to}, which must have room for it. */
    static void putHeader(byte[] to, int opcode, boolean fin, long length) {
        to[0] = (byte) (fin ? opcode | FIN : opcode);
        if (length < 126) {
            to[1] = (byte) length;
            return;
        }
        int bytes = length < 0x10000 ? 2 : 8;
        to[1] = (byte) (bytes == 2 ? 126 : 127);
        for (int i = 0; i < bytes; i++) {
            to[2 + i] = (byte) (length >> 8 * (bytes - 1 - i));
        }
    }

    static byte[] header(int opcode, boolean fin, int length) {
        byte[] header = new byte[headerSize(length)];
        putHeader(header, opcode, fin, length);
        return header;
    }

    /** A whole frame. */
    static byte[] frame(int opcode, boolean fin, byte[] payload) {
        int header = headerSize(payload.length);
        byte[] frame = new byte[header + payload.length];
        putHeader(frame, opcode, fin, payload.length);
        System.arraycopy(payload, 0, frame, header, payload.length);
        return frame;
    }

    /** A whole frame of text; a lone surrogate becomes U+FFFD. */
    static byte[] textFrame(int opcode, boolean fin, String text) {
        long length = Utf8.length(text);
        byte[] frame = Utf8.encode(text, headerSize(length));
        putHeader(frame, opcode, fin, length);
        return frame;
    }

    /** Gives a frame that was encoded as another type its place in a fragmented message. */
    static void setOpcode(byte[] frame, int opcode) {
        frame[0] = (byte) (frame[0] & 0xF0 | opcode);
    }

    /** Marks the first frame of a compressed message (RFC 7692 section 6). */
    static void setCompressed(byte[] frame) {
        frame[0] |= RSV1;
    }
}
