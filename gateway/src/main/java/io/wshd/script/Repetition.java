package io.wshd.script;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Something that scripts of one instance have happen again and again, and that takes little time each: how much all of it
 * has taken, and how fast it may go on. Safe for use by any thread.
 */
public final class Repetition {

    /** That anybody waits, in nanoseconds. */
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

    private Sum sum = new Sum(0, 0);
    private long apart;

    /** When the last that was let go has its turn, as {@link System#nanoTime} tells it. */
    private long last = System.nanoTime();

    private long paused;

    /**
     * All that has happened so far.
     *
     * @param took nanoseconds of processor time, all together
     */
    record Sum(long count, long took) {}

    /**
     * It has happened once.
     *
     * @param took nanoseconds of processor time, as far as is known by now
     */
    synchronized void happened(long took) {
        sum = new Sum(sum.count() + 1, sum.took() + took);
    }

    /** What has happened before has taken that many nanoseconds more. */
    synchronized void took(long more) {
        sum = new Sum(sum.count(), sum.took() + more);
    }

    synchronized Sum sum() {
        return sum;
    }

    /** Lets it happen that far apart from now on, whoever does it. */
    synchronized void slow(Duration apart) {
        this.apart = apart.toNanos();
    }

    /** For how many nanoseconds the caller is to wait before it happens, and is taken to do so. */
    synchronized long turn() {
        if (apart == 0) {
            return 0;
        }
        long now = System.nanoTime();
        long wait = Math.min(LONGEST, Math.max(0, last - now) + apart);
        last = now + wait;
        paused += wait;
        return wait;
    }

    /** Waits for that, once it was {@link #happened noted}. */
    void await(long took) {
        happened(took);
        LockSupport.parkNanos(this, turn());
    }

    /** For how long has been waited. */
    synchronized Duration paused() {
        return Duration.ofNanos(paused);
    }
}
