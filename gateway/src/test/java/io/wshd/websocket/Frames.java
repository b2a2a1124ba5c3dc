package io.wshd.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Frames as a client writes them and as a client reads them, byte for byte, legal or not. */
public final class Frames {

    /**
     * A frame from the server.
     *
     * @param first FIN, RSV and opcode
     */
    public record Received(int first, byte[] payload) {

        @Override
        public String toString() {
            return Integer.toHexString(first) + ":" + new String(payload, StandardCharsets.ISO_8859_1);
        }
    }

    private static final byte[] KEY = {0x12, (byte) 0xF4, 0x56, 0x78};

    private Frames() {}

    public static byte[] text(String text) {
        return masked(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] masked(int first, byte... payload) {
        int size = payload.length;
        return masked(first, size < 126 ? 0 : size < 65536 ? 2 : 8, size, payload);
    }

    /**
     * @param lengthBytes 0, 2 or 8: the form of the length, shortest or not
     */
    public static byte[] masked(int first, int lengthBytes, long length, byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.write(first);
        frame.write(0x80 | (lengthBytes == 0 ? (int) length : lengthBytes == 2 ? 126 : 127));
        for (int i = lengthBytes - 1; i >= 0; i--) {
            frame.write((int) (length >> 8 * i));
        }
        frame.writeBytes(KEY);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ KEY[i % 4]);
        }
        return frame.toByteArray();
    }

    public static byte[] close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return masked(0x88, join(new byte[] {(byte) (code >> 8), (byte) code}, text));
    }

    public static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** The whole frames in what a server sent; fails on a mask or on a length that is not in its shortest form. */
    public static List<Received> parse(byte[] bytes) {
        var frames = new ArrayList<Received>();
        var in = ByteBuffer.wrap(bytes);
        while (in.remaining() >= 2) {
            in.mark();
            int first = in.get() & 0xFF;
            int form = in.get() & 0xFF;
            int lengthBytes = form == 126 ? 2 : form == 127 ? 8 : 0;
            if (in.remaining() < lengthBytes) {
                in.reset();
                break;
            }
            long length = form == 126 ? in.getShort() & 0xFFFF : form == 127 ? in.getLong() : form;
            if (form > 127 || form == 126 && length < 126 || form == 127 && length < 65536) {
                throw new AssertionError("illegal frame " + first + " " + form + " " + length);
            }
            if (in.remaining() < length) {
                in.reset();
                break;
            }
            byte[] payload = new byte[(int) length];
            in.get(payload);
            frames.add(new Received(first, payload));
        }
        return frames;
    }
}
