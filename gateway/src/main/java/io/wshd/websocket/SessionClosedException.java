package io.wshd.websocket;

import java.io.IOException;

/** Nothing can be sent any more. */
public final class SessionClosedException extends IOException {

    private final boolean lost;

    SessionClosedException(boolean lost, String message) {
        super(message);
        this.lost = lost;
    }

    /**
     * Whether the connection is gone without a closing handshake, in contrast to one that this side has closed or is
     * closing.
     */
    public boolean isLost() {
        return lost;
    }
}
