package io.wshd.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Puts frames together to messages: inflates the compressed ones, bounds their size as the handler sees it (1009),
 * checks text as it arrives (1007), and hands control frames on at once, also between the fragments of a message. Holds
 * at most one message and one control frame. Sans I/O, not thread-safe.
 */
final class MessageReader implements FrameDecoder.Sink {

    /** Receives what was read, in the order of the wire. */
    interface Events {

        void message(Message message);

        void ping(byte[] data);

        void pong(byte[] data);

        /** The peer's Close frame; what follows it is not decoded. */
        void close(CloseStatus status);
    }

    static final byte[] NONE = new byte[0];

    /** The least that is allocated for a message that has not arrived whole, if the message is not smaller still. */
    private static final int LEAST = 1024;

    private final Events events;
    private final int maxMessage;
    private final MessageInflater inflater;
    private final Utf8Validator utf8 = new Utf8Validator();

    private byte[] data = NONE;
    private int size;
    private int expected;
    private boolean text;
    private boolean compressed;

    private byte[] control;
    private int controlSize;

    private int opcode;
    private boolean fin;

    /**
     * @param maxMessage bytes of a message, all its fragments together, inflated
     * @param inflater null if RSV1 is never set
     */
    MessageReader(int maxMessage, MessageInflater inflater, Events events) {
        this.maxMessage = maxMessage;
        this.inflater = inflater;
        this.events = events;
    }

    @Override
    public void frame(int opcode, boolean fin, boolean rsv1, long length, int available) throws ProtocolException {
        this.opcode = opcode;
        this.fin = fin;
        if (Opcode.isControl(opcode)) {
            control = length == 0 ? NONE : new byte[(int) length];
            controlSize = 0;
            return;
        }
        if (opcode != Opcode.CONTINUATION) {
            text = opcode == Opcode.TEXT;
            compressed = rsv1;
            utf8.reset();
        }
        if (compressed) {
            expected = maxMessage;
            return;
        }
        if (length > maxMessage - size) {
            throw tooBig();
        }
        // Fragments double what there is as well: to fit each of them exactly would copy the message once for each.
        expected = fin ? size + (int) length : maxMessage;
        // A declared length is only a claim: memory follows what has arrived, doubled.
        grow(size + available);
    }

    @Override
    public void payload(ByteBuffer from, int count) throws ProtocolException {
        if (Opcode.isControl(opcode)) {
            from.get(control, controlSize, count);
            controlSize += count;
            return;
        }
        if (compressed) {
            int end = from.limit();
            from.limit(from.position() + count);
            inflate(from);
            from.limit(end);
            return;
        }
        grow(size + count);
        from.get(data, size, count);
        add(count);
    }

    /** Whether what has been read is to be inflated together with what is to come. */
    boolean isInflating(FrameDecoder decoder) {
        return compressed && decoder.isInMessage();
    }

    /**
     * Adds what has been read of a message or a frame that is not complete. Not while {@link #isInflating}.
     *
     * @param decoder that the frames came from
     */
    void giveBack(FrameDecoder decoder, Unread unread) {
        int whole = size - decoder.inData();
        if (decoder.hasFragments()) {
            unread.add(text ? Opcode.TEXT : Opcode.BINARY, false, Arrays.copyOf(data, whole));
        }
        unread.addBeginning(decoder.beginning(
                decoder.isInControl() ? Arrays.copyOf(control, controlSize) : Arrays.copyOfRange(data, whole, size)));
    }

    /** Inflates all of a buffer, into memory that follows what comes out, doubled. */
    private void inflate(ByteBuffer from) throws ProtocolException {
        inflater.begin(from);
        try {
            while (true) {
                if (size == data.length) {
                    grow(Math.min(size + Math.max(LEAST, 2 * from.remaining()), maxMessage));
                }
                if (size == maxMessage) {
                    if (inflater.inflate(new byte[1], 0, 1) > 0) {
                        throw tooBig();
                    }
                    return;
                }
                int count = inflater.inflate(data, size, data.length - size);
                if (count == 0) {
                    return;
                }
                add(count);
            }
        } finally {
            inflater.pause();
        }
    }

    /** Takes in bytes that stand behind the others already. */
    private void add(int count) throws ProtocolException {
        if (text && !utf8.accept(data, size, size + count)) {
            throw notUtf8();
        }
        size += count;
    }

    @Override
    public boolean end() throws ProtocolException {
        if (Opcode.isControl(opcode)) {
            return control(control);
        }
        if (fin) {
            if (compressed) {
                inflate(ByteBuffer.wrap(MessageDeflater.TAIL));
                inflater.end();
            }
            if (text && !utf8.isComplete()) {
                throw notUtf8();
            }
            byte[] whole = size == data.length ? data : Arrays.copyOf(data, size);
            data = NONE;
            size = 0;
            events.message(new Message(text, whole));
        }
        return true;
    }

    private boolean control(byte[] payload) throws ProtocolException {
        control = NONE;
        switch (opcode) {
            case Opcode.PING -> events.ping(payload);
            case Opcode.PONG -> events.pong(payload);
            default -> {
                events.close(CloseStatus.parse(payload));
                return false;
            }
        }
        return true;
    }

    /** Makes room for what has arrived, and for as much again if more is expected. */
    private void grow(int needed) {
        if (needed > data.length) {
            int capacity = (int) Math.min(Math.max(2L * data.length, Math.max(needed, LEAST)), expected);
            data = size == 0 ? new byte[capacity] : Arrays.copyOf(data, capacity);
        }
    }

    private ProtocolException tooBig() {
        return new ProtocolException(CloseStatus.TOO_BIG, "message longer than " + maxMessage + " bytes");
    }

    private static ProtocolException notUtf8() {
        return new ProtocolException(CloseStatus.INVALID_DATA, "text is not UTF-8");
    }
}
