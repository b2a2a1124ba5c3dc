package io.wshd.script;

import io.wshd.websocket.CloseStatus;
import io.wshd.websocket.Session;

/** What a handler does with an open WebSocket. */
@FunctionalInterface
public interface Conversation {

    /**
     * Runs the handler until it ends; then the session is closed or dropped. Blocks: call it on a thread of the
     * script's interpreter. Errors of the script are logged, not thrown.
     */
    void run(Session session) throws InterruptedException;

    /**
     * Ends what a handler has left behind: waits, bounded, for a closing handshake that is under way, such as the Close
     * frame of a protocol error that the peer has still to read, and hangs up where nobody has closed.
     */
    static void finish(Session session) throws InterruptedException {
        try {
            if (!session.isOpen()) {
                session.close(CloseStatus.NORMAL, "", true);
            }
        } finally {
            session.hangUp();
        }
    }
}
