package io.wshd.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Splits a client's byte stream into frames (RFC 6455 section 5.2) and refuses what the RFC forbids in their headers
 * and their order. Sans I/O: bytes in, calls to a {@link Sink} out. Allocates nothing for payloads; what they mean, and
 * how long a message may be, is {@link MessageReader}'s concern. Not thread-safe.
 */
final class FrameDecoder {

    /** Receives the frames, in calls of the order frame, payload (none or more), end. */
    interface Sink {

        /**
         * A header, found to be legal here.
         *
         * @param rsv1 only ever true if the decoder was made for it
         * @param length of the payload in bytes, as declared: nothing to trust
         * @param available bytes of the payload that follow at once
         */
        void frame(int opcode, boolean fin, boolean rsv1, long length, int available) throws ProtocolException;

        /** The next {@code count} bytes of the payload, unmasked; must move the buffer's position past them. */
        void payload(ByteBuffer from, int count) throws ProtocolException;

        /**
         * The payload is complete.
         *
         * @return false to leave the rest of the input undecoded
         */
        boolean end() throws ProtocolException;
    }

    private static final int FIN = 0x80;
    private static final int RSV = 0x70;
    private static final int RSV1 = 0x40;
    private static final int MASKED = 0x80;
    private static final int MAX_HEADER = 14;
    private static final int MAX_CONTROL = 125;

    private final boolean rsv1Allowed;
    private final byte[] header = new byte[MAX_HEADER];
    private int headerSize;
    private int headerEnd = 2;

    private int key;
    private long length;
    private long consumed;
    private boolean inPayload;

    /** Whether a fragmented message awaits its continuation. */
    private boolean fragmented;

    /**
     * @param rsv1Allowed whether an extension was negotiated that gives RSV1 a meaning on the first frame of a message
     */
    FrameDecoder(boolean rsv1Allowed) {
        this.rsv1Allowed = rsv1Allowed;
    }

    /**
     * Decodes everything in the buffer, or up to the frame at whose end the sink asks to stop.
     *
     * @param in writable, big-endian; payloads are unmasked in place
     * @throws ProtocolException 1002 for an illegal frame, and whatever the sink throws; decoding cannot go on then
     */
    void decode(ByteBuffer in, Sink sink) throws ProtocolException {
        while (in.hasRemaining()) {
            if (!inPayload) {
                if (!header(in)) {
                    return;
                }
                begin(in, sink);
            }
            int count = (int) Math.min(length - consumed, in.remaining());
            if (count > 0) {
                Masking.apply(in, in.position(), in.position() + count, key, consumed);
                sink.payload(in, count);
                consumed += count;
            }
            if (consumed == length) {
                inPayload = false;
                if (!sink.end()) {
                    return;
                }
            }
        }
    }

    /** Bytes of a data frame's payload that have been handed on while the frame is not complete. */
    int inData() {
        return inPayload && !isInControl() ? (int) consumed : 0;
    }

    /** Whether some of a control frame has been handed on, and not all. */
    boolean isInControl() {
        return inPayload && Opcode.isControl(header[0] & 0xF);
    }

    /** Whether a message has begun and not ended, with some of its frames complete. */
    boolean hasFragments() {
        return inPayload && !isInControl() ? (header[0] & 0xF) == Opcode.CONTINUATION : fragmented;
    }

    /** Whether a message has begun and not ended. */
    boolean isInMessage() {
        return fragmented || inPayload && !isInControl();
    }

    /**
     * The beginning of a frame as it came, masked; empty between two frames.
     *
     * @param payload what was handed on of it
     */
    byte[] beginning(byte[] payload) {
        int size = inPayload ? headerSize(header[1] & 0x7F) : headerSize;
        byte[] bytes = Arrays.copyOf(Arrays.copyOf(header, size), size + payload.length);
        System.arraycopy(payload, 0, bytes, size, payload.length);
        if (payload.length > 0) {
            Masking.apply(ByteBuffer.wrap(bytes), size, bytes.length, key, 0);
        }
        return bytes;
    }

    private static int headerSize(int size) {
        return 6 + (size == 126 ? 2 : size == 127 ? 8 : 0);
    }

    private boolean header(ByteBuffer in) throws ProtocolException {
        while (headerSize < headerEnd) {
            if (!in.hasRemaining()) {
                return false;
            }
            header[headerSize++] = in.get();
            if (headerSize == 2) {
                headerEnd = checkStart(header[0] & 0xFF, header[1] & 0xFF);
            }
        }
        return true;
    }

    /** Checks what the first two bytes say, and returns the size of the whole header. */
    private int checkStart(int first, int second) throws ProtocolException {
        int opcode = first & 0xF;
        boolean control = Opcode.isControl(opcode);
        int size = second & 0x7F;
        if ((first & RSV & ~(rsv1Allowed && !control && opcode != Opcode.CONTINUATION ? RSV1 : 0)) != 0) {
            throw ProtocolException.unsupported("reserved bit set");
        }
        if (!Opcode.isDefined(opcode)) {
            throw ProtocolException.unsupported("reserved opcode " + opcode);
        }
        if ((second & MASKED) == 0) {
            throw illegal("frame is not masked");
        }
        if (control) {
            if ((first & FIN) == 0) {
                throw illegal("fragmented control frame");
            }
            if (size > MAX_CONTROL) {
                throw illegal("control frame longer than 125 bytes");
            }
        } else if (opcode == Opcode.CONTINUATION != fragmented) {
            throw illegal(fragmented ? "new message within a fragmented one" : "nothing to continue");
        }
        return headerSize(size);
    }

    private void begin(ByteBuffer in, Sink sink) throws ProtocolException {
        int at = 2;
        long size = header[1] & 0x7F;
        if (size >= 126) {
            int bytes = size == 126 ? 2 : 8;
            long shortest = bytes == 2 ? 126 : 0x10000;
            size = 0;
            for (int i = 0; i < bytes; i++) {
                size = size << 8 | header[at++] & 0xFF;
            }
            if (size < 0) {
                throw illegal("length with the highest bit set");
            }
            if (size < shortest) {
                throw illegal("length not in its shortest form");
            }
        }
        int opcode = header[0] & 0xF;
        boolean fin = (header[0] & FIN) != 0;
        if (!Opcode.isControl(opcode)) {
            fragmented = !fin;
        }
        key = header[at] << 24 | (header[at + 1] & 0xFF) << 16 | (header[at + 2] & 0xFF) << 8 | header[at + 3] & 0xFF;
        length = size;
        consumed = 0;
        headerSize = 0;
        headerEnd = 2;
        inPayload = true;
        sink.frame(opcode, fin, (header[0] & RSV1) != 0, size, (int) Math.min(size, in.remaining()));
    }

    private static ProtocolException illegal(String rule) {
        return new ProtocolException(CloseStatus.PROTOCOL_ERROR, rule);
    }
}
