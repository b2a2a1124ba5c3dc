package io.wshd.script;

import java.util.concurrent.TimeUnit;

/** Handlers of one instance that end with an error: how fast one may follow another. Safe for use by any thread. */
public final class Failures {

    /**
     * What one takes of a processor, in nanoseconds, with the connection that it ends, the next one and a client on the same
     * machine: fifty a second on the slower host of bench/README.md.
     */
    private static final long EACH = TimeUnit.MILLISECONDS.toNanos(8);

    private final Repetition repetition = new Repetition();

    /** Before the connection of a handler ends that has failed: parks the calling thread where failures are to be slow. */
    public void await() {
        repetition.await(EACH);
    }

    Repetition repetition() {
        return repetition;
    }
}
