package io.wshd.config;

/** Whose ways a route's scripts expect where servers may differ. */
public enum Compatibility {
    /** wshd's own. */
    NONE,

    /**
     * pywebsocket's: every Origin is accepted, no pings are sent, a client's Close is answered with 1000, compression
     * refers to earlier messages, reserved bits end with 1003, and a script writes what headers it likes. What a client
     * does against the protocol is refused as ever.
     */
    PYWEBSOCKET
}
