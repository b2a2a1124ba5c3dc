package io.wshd.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Why a session ends (RFC 6455 section 7.4).
 *
 * @param code 1005 stands for a Close frame without a code, and never travels
 * @param reason at most 123 bytes as UTF-8 when it is to be sent; may be empty
 */
public record CloseStatus(int code, String reason) {

    public static final int NORMAL = 1000;
    public static final int GOING_AWAY = 1001;
    public static final int PROTOCOL_ERROR = 1002;
    public static final int UNSUPPORTED = 1003;
    public static final int NO_CODE = 1005;
    public static final int ABNORMAL = 1006;
    public static final int INVALID_DATA = 1007;
    public static final int TOO_BIG = 1009;
    public static final int INTERNAL_ERROR = 1011;

    /** Of a reason as UTF-8, so that the frame keeps to the 125 bytes of section 5.5. */
    public static final int MAX_REASON = 123;

    public CloseStatus {
        Objects.requireNonNull(reason);
    }

    /** A Close frame without a code. */
    public static CloseStatus empty() {
        return new CloseStatus(NO_CODE, "");
    }

    /**
     * Whether a Close frame may carry this code: 1000 to 1003 and 1007 to 1014 as registered with IANA, and 3000 to
     * 4999. 1004 is reserved; 1005, 1006 and 1015 are for reporting only (section 7.4.1).
     */
    public static boolean isSendable(int code) {
        return code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000 && code <= 4999;
    }

    /**
     * The body of a Close frame.
     *
     * @throws IllegalArgumentException if the code is neither sendable nor 1005, or the reason is too long, or 1005
     *     comes with a reason
     */
    byte[] payload() {
        if (code == NO_CODE && reason.isEmpty()) {
            return new byte[0];
        }
        if (!isSendable(code)) {
            throw new IllegalArgumentException(
                    "close code " + code + " cannot be sent; expected 1000-1003, 1007-1014 or 3000-4999");
        }
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > MAX_REASON) {
            throw new IllegalArgumentException("the close reason has " + utf8.length + " bytes as UTF-8; at most "
                    + MAX_REASON + " fit into the frame");
        }
        byte[] payload = new byte[2 + utf8.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(utf8, 0, payload, 2, utf8.length);
        return payload;
    }

    /**
     * Reads the body of a Close frame (section 5.5.1).
     *
     * @throws ProtocolException 1002 for a body of one byte or a code that must not travel, 1007 for a reason that is
     *     no UTF-8
     */
    static CloseStatus parse(byte[] payload) throws ProtocolException {
        if (payload.length == 0) {
            return empty();
        }
        if (payload.length == 1) {
            throw new ProtocolException(PROTOCOL_ERROR, "close body of one byte");
        }
        int code = (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        if (!isSendable(code)) {
            throw new ProtocolException(PROTOCOL_ERROR, "close code " + code + " must not be sent");
        }
        var utf8 = new Utf8Validator();
        if (!utf8.accept(payload, 2, payload.length) || !utf8.isComplete()) {
            throw new ProtocolException(INVALID_DATA, "close reason is not UTF-8");
        }
        return new CloseStatus(code, new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
    }
}
