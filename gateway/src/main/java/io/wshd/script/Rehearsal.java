package io.wshd.script;

import java.io.IOException;
import java.util.concurrent.ThreadFactory;

/** Makes the first connections itself: what happens but once, and takes long, has happened when the first client comes. */
@FunctionalInterface
public interface Rehearsal {

    /**
     * Has a handler serve connections. Blocks, for seconds at most.
     *
     * @param threads of the handler's interpreter
     * @throws IOException if there is no port for it, or the handler is not done in time
     */
    void run(Handler handler, ThreadFactory threads) throws IOException;
}
