package io.wshd.websocket;

import java.nio.ByteBuffer;

/**
 * A data frame, encoded before the session's lock is taken. A long payload is not copied behind its header, so the
 * caller must leave it alone until it is sent.
 *
 * @param head the header, with the payload behind it unless {@code tail} is
 * @param tail the payload, or empty
 */
record OutgoingFrame(boolean text, boolean fin, byte[] head, byte[] tail) {

    private static final byte[] NONE = new byte[0];

    /** UTF-16 units of a text that is encoded straight into its frame: a copy less, but not vectorised. */
    private static final int SHORT = 512;

    static OutgoingFrame of(boolean text, byte[] data, boolean fin) {
        int opcode = text ? Opcode.TEXT : Opcode.BINARY;
        return data.length <= Outbound.CHUNK
                ? new OutgoingFrame(text, fin, FrameEncoder.frame(opcode, fin, data), NONE)
                : new OutgoingFrame(text, fin, FrameEncoder.header(opcode, fin, data.length), data);
    }

    static OutgoingFrame of(String text, boolean fin) {
        return text.length() <= SHORT
                ? new OutgoingFrame(true, fin, FrameEncoder.textFrame(Opcode.TEXT, fin, text), NONE)
                : of(true, Utf8.encode(text), fin);
    }

    /** Makes this the continuation of a message. */
    void continues() {
        FrameEncoder.setOpcode(head, Opcode.CONTINUATION);
    }

    /** The frame in one buffer; a payload that the caller may change afterwards is copied. */
    ByteBuffer whole() {
        if (tail.length == 0) {
            return ByteBuffer.wrap(head);
        }
        return ByteBuffer.allocate(head.length + tail.length)
                .put(head)
                .put(tail)
                .flip();
    }

    int payloadSize() {
        return head.length + tail.length - FrameEncoder.headerSize(head);
    }
}
