package io.wshd.proxy;

import java.util.concurrent.TimeUnit;
import org.xnio.XnioIoThread;

/**
 * Deadlines of one I/O thread. They are looked at ten times a second: a timer for each would have to be set and removed
 * with every request. Everything here is for that thread only.
 */
final class Ticker {

    static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Something with a deadline; in the list of at most one ticker. */
    abstract static class Timed {

        private Timed before;
        private Timed after;
        private boolean listed;

        /** @param now {@link System#nanoTime} */
        abstract void look(long now);
    }

    private final XnioIoThread thread;
    private Timed first;
    private Timed cursor;
    private boolean ticking;
    private long now;

    Ticker(XnioIoThread thread) {
        this.thread = thread;
    }

    /** A time on the scale of {@link System#nanoTime} that is at most a period old. */
    long now() {
        if (!ticking) {
            now = System.nanoTime();
        }
        return now;
    }

    void add(Timed timed) {
        if (timed.listed) {
            return;
        }
        timed.listed = true;
        timed.before = null;
        timed.after = first;
        if (first != null) {
            first.before = timed;
        }
        first = timed;
        if (!ticking) {
            ticking = true;
            now = System.nanoTime();
            schedule();
        }
    }

    @SuppressWarnings("ReferenceEquality") // Places in the list, not values.
    void remove(Timed timed) {
        if (!timed.listed) {
            return;
        }
        timed.listed = false;
        if (cursor == timed) {
            cursor = timed.after;
        }
        if (timed.before == null) {
            first = timed.after;
        } else {
            timed.before.after = timed.after;
        }
        if (timed.after != null) {
            timed.after.before = timed.before;
        }
        timed.before = null;
        timed.after = null;
    }

    private void schedule() {
        var _ = thread.executeAfter(this::tick, PERIOD_NANOS, TimeUnit.NANOSECONDS);
    }

    private void tick() {
        now = System.nanoTime();
        cursor = first;
        try {
            while (cursor != null) {
                var timed = cursor;
                cursor = timed.after;
                timed.look(now);
            }
        } finally {
            if (first == null) {
                ticking = false;
            } else {
                schedule();
            }
        }
    }
}
