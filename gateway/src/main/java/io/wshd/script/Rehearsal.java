package io.wshd.script;

import java.util.concurrent.ThreadFactory;

/** Makes the first connections itself: what happens but once, and takes long, has happened when the first client comes. */
@FunctionalInterface
public interface Rehearsal {

    /**
     * Has a handler serve connections. Blocks, bounded; what goes wrong is noted and harms nobody.
     *
     * @param threads of the handler's interpreter
     */
    void run(Handler handler, ThreadFactory threads) throws InterruptedException;
}
