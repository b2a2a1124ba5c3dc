package io.wshd.websocket;

import java.io.ByteArrayOutputStream;

/**
 * Writes as a client's frames what a session has decoded and its handler has not taken, for a handler that goes on
 * with the frames themselves. Masked with a key of zeros; fragments that have been put together already are one.
 */
final class Unread {

    private static final int MASKED = 0x80;
    private static final int KEY = 4;

    private final ByteArrayOutputStream frames = new ByteArrayOutputStream();

    Unread add(Message message) {
        return add(message.text() ? Opcode.TEXT : Opcode.BINARY, true, message.data());
    }

    Unread add(int opcode, boolean fin, byte[] payload) {
        byte[] header = FrameEncoder.header(opcode, fin, payload.length);
        header[1] |= (byte) MASKED;
        frames.writeBytes(header);
        frames.writeBytes(new byte[KEY]);
        frames.writeBytes(payload);
        return this;
    }

    /** A frame of which only the beginning has come, byte for byte. */
    Unread addBeginning(byte[] bytes) {
        frames.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        return frames.toByteArray();
    }
}
