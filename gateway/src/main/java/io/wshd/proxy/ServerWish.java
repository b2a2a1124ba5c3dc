package io.wshd.proxy;

/** What an operator wants of a server. */
public enum ServerWish {
    /** as health checks and ejection say */
    AUTO,
    /** gets requests whatever these say */
    UP,
    /** gets only those of clients that stay with it */
    DRAIN,
    /** gets none */
    DOWN
}
