package io.wshd.script;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that goes on whatever fails, until its thread is interrupted: also when a script has used up all memory. */
final class Persistent {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    /** One round of it. */
    @FunctionalInterface
    interface Round {
        void run() throws InterruptedException;
    }

    private Persistent() {}

    /**
     * Repeats it on the calling thread. A failure is told once for as long as it is of the same kind.
     *
     * @param what for the log: {@code looking for changed scripts}
     */
    static void repeat(String what, Round round) {
        // Has the JVM load what it takes to catch something, for which there may be no memory when it comes to that.
        Throwable failure = failureOf(() -> {
            throw new IllegalStateException("a trial");
        });
        var told = new Told(what, failure);
        while (!(failure instanceof InterruptedException)) {
            failure = failureOf(told);
            if (failure == null) {
                failure = failureOf(round);
                told.failure = failure;
            }
        }
        LOG.debug("{}: ended", what);
    }

    /** Tells a failure, unless it is the one that was told last. */
    private static final class Told implements Round {

        private final String what;
        private Class<?> last;
        private Throwable failure;

        Told(String what, Throwable trial) {
            this.what = what;
            this.last = trial.getClass();
            this.failure = trial;
        }

        @Override
        public void run() {
            Class<?> before = last;
            // Before it is told: for that there may be no memory, and what it is about has to go on.
            last = failure == null ? null : failure.getClass();
            if (last != null && last != before) {
                LOG.error("{} failed; it goes on", what, failure);
            }
        }
    }

    private static Throwable failureOf(Round round) {
        try {
            round.run();
            return null;
        } catch (Throwable e) {
            return e;
        }
    }
}
