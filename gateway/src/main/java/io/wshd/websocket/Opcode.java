package io.wshd.websocket;

/** The frame types of RFC 6455 section 5.2. Ints and no enum: one is read from every frame. */
final class Opcode {

    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private Opcode() {}

    /** Whether frames of this type carry a message's data or control the connection (section 5.5). */
    static boolean isControl(int opcode) {
        return (opcode & 0x8) != 0;
    }

    /** False for the values that section 5.2 reserves. */
    static boolean isDefined(int opcode) {
        return opcode <= BINARY || opcode >= CLOSE && opcode <= PONG;
    }
}
