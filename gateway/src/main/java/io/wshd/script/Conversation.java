package io.wshd.script;

import io.wshd.websocket.Session;

/** What a handler does with an open WebSocket. */
@FunctionalInterface
public interface Conversation {

    /**
     * Runs the handler until it ends; then the session is closed or dropped. Blocks: call it on a thread of the
     * script's interpreter. Errors of the script are logged, not thrown.
     */
    void run(Session session) throws InterruptedException;
}
