package io.wshd.script;

import java.util.concurrent.TimeUnit;

/**
 * Tells the handler that never finds its connection idle from the one that computes for ever. Only a virtual thread that
 * gives its carrier back counts as waiting, and one with a queue that is never empty has no reason to: it gives it back
 * here, now and then, whenever it comes to the gateway for more. For one thread at a time; a race costs nothing.
 */
public final class Pace {

    /** Between two times, in nanoseconds. */
    private static final long EACH = TimeUnit.MILLISECONDS.toNanos(5);

    private long last = System.nanoTime();

    /** Lets others run if it was a while ago. On the virtual thread of a handler. */
    @SuppressWarnings("ThreadPriorityCheck") // Giving way is what this is for.
    public void step() {
        long now = System.nanoTime();
        if (now - last >= EACH) {
            last = now;
            Thread.yield();
        }
    }
}
