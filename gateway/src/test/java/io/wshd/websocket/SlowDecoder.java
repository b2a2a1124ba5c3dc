package io.wshd.websocket;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The obvious decoder over the whole input at once, to compare the real one with: a list of events as text. */
final class SlowDecoder {

    private SlowDecoder() {}

    static List<String> decode(byte[] in, int maxMessage) {
        var events = new ArrayList<String>();
        byte[] message = null;
        boolean text = false;
        int at = 0;
        while (in.length - at >= 2) {
            int first = in[at] & 0xFF;
            int second = in[at + 1] & 0xFF;
            int opcode = first & 15;
            boolean fin = first >= 0x80;
            boolean control = opcode >= 8;
            int size = second & 127;
            if ((first & 0x70) != 0
                    || !List.of(0, 1, 2, 8, 9, 10).contains(opcode)
                    || second < 0x80
                    || control && (!fin || size > 125)
                    || !control && (opcode == 0) != (message != null)) {
                events.add("fail 1002");
                return events;
            }
            int lengthBytes = size == 126 ? 2 : size == 127 ? 8 : 0;
            int header = 2 + lengthBytes + 4;
            if (in.length - at < header) {
                return events;
            }
            long length = size;
            if (size == 126) {
                length = ByteBuffer.wrap(in, at + 2, 2).getShort() & 0xFFFF;
            } else if (size == 127) {
                length = ByteBuffer.wrap(in, at + 2, 8).getLong();
            }
            if (length < 0 || size == 126 && length < 126 || size == 127 && length < 65536) {
                events.add("fail 1002");
                return events;
            }
            if (opcode == 1 || opcode == 2) {
                message = new byte[0];
                text = opcode == 1;
            }
            if (!control && length > maxMessage - message.length) {
                events.add("fail 1009");
                return events;
            }
            int there = (int) Math.min(length, in.length - at - header);
            byte[] payload = new byte[there];
            for (int i = 0; i < there; i++) {
                payload[i] = (byte) (in[at + header + i] ^ in[at + header - 4 + i % 4]);
            }
            boolean whole = there == length;
            at += header + there;
            if (!control) {
                int before = message.length;
                message = Arrays.copyOf(message, before + there);
                System.arraycopy(payload, 0, message, before, there);
                if (text && !(whole && fin ? isUtf8(message) : mayBecomeUtf8(message))) {
                    events.add("fail 1007");
                    return events;
                }
            }
            if (!whole) {
                return events;
            }
            if (!control && fin) {
                events.add((text ? "text " : "binary ") + Arrays.toString(message));
                message = null;
            } else if (opcode == 9 || opcode == 10) {
                events.add((opcode == 9 ? "ping " : "pong ") + Arrays.toString(payload));
            } else if (opcode == 8) {
                events.add(close(payload));
                return events;
            }
        }
        return events;
    }

    private static String close(byte[] payload) {
        if (payload.length == 0) {
            return "close 1005";
        }
        int code = payload.length == 1 ? 0 : (payload[0] & 0xFF) * 256 + (payload[1] & 0xFF);
        boolean legal = code >= 3000 && code <= 4999
                || List.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014)
                        .contains(code);
        if (!legal) {
            return "fail 1002";
        }
        return isUtf8(Arrays.copyOfRange(payload, 2, payload.length)) ? "close " + code : "fail 1007";
    }

    static boolean isUtf8(byte[] bytes) {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        return !decoder.decode(ByteBuffer.wrap(bytes), CharBuffer.allocate(bytes.length + 1), true)
                .isError();
    }

    /** Whether some continuation makes it UTF-8: tries the narrowest and the widest ones. */
    static boolean mayBecomeUtf8(byte[] bytes) {
        for (int more = 0; more <= 3; more++) {
            for (byte second : new byte[] {(byte) 0x80, (byte) 0x90, (byte) 0xA0, (byte) 0xBF}) {
                byte[] longer = Arrays.copyOf(bytes, bytes.length + more);
                Arrays.fill(longer, bytes.length, longer.length, (byte) 0x80);
                if (more > 0) {
                    longer[bytes.length] = second;
                }
                if (isUtf8(longer)) {
                    return true;
                }
            }
        }
        return false;
    }
}
