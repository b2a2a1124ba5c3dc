package io.wshd.websocket;

/** The peer broke RFC 6455; the connection is to be failed (section 7.1.7) with a close code. */
final class ProtocolException extends Exception {

    private final int code;

    /**
     * @param code the close code to send
     * @param rule what was broken, in ASCII and few words; it is sent to the peer as the reason
     */
    ProtocolException(int code, String rule) {
        // Peers provoke these at will, and a stack trace would cost more than the frame that caused it.
        super(rule, null, false, false);
        this.code = code;
    }

    int code() {
        return code;
    }
}
