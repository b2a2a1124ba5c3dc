package io.wshd.websocket;

/** The peer broke RFC 6455; the connection is to be failed (section 7.1.7) with a close code. */
public final class ProtocolException extends Exception {

    private final int code;
    private final boolean unsupported;

    /**
     * @param code the close code to send
     * @param rule what was broken, in ASCII and few words; it is sent to the peer as the reason
     */
    ProtocolException(int code, String rule) {
        this(code, rule, false);
    }

    private ProtocolException(int code, String rule, boolean unsupported) {
        // Peers provoke these at will, and a stack trace would cost more than the frame that caused it.
        super(rule, null, false, false);
        this.code = code;
        this.unsupported = unsupported;
    }

    /** For what the RFC leaves to extensions and none that was negotiated defines: reserved bits and opcodes. */
    static ProtocolException unsupported(String rule) {
        return new ProtocolException(CloseStatus.PROTOCOL_ERROR, rule, true);
    }

    /** The close code to send. */
    public int code() {
        return code;
    }

    /** The same as pywebsocket tells it: 1003 for what is unsupported, and never a reason. */
    ProtocolException asPywebsocket() {
        return new ProtocolException(unsupported ? CloseStatus.UNSUPPORTED : code, "", unsupported);
    }
}
