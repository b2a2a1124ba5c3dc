package io.wshd.script;

import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Notices that all carriers of an interpreter are held up by handlers that compute, and lets one more thread run while
 * that lasts. Every tenth of a second it queues an empty task among the others; one that was not run by the next time
 * says that nothing else was.
 */
final class Relief implements Runnable, AutoCloseable {

    private static final long TICK_MILLIS = 100;

    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("carrier-relief").factory());

    private final ForkJoinPool carriers;
    private final int base;
    private final int spares;
    private final ScheduledFuture<?> ticking;
    private volatile boolean answered = true;

    /**
     * @param base the number of threads when nothing is held up
     * @param spares how many more there may be
     */
    Relief(ForkJoinPool carriers, int base, int spares) {
        this.carriers = carriers;
        this.base = base;
        this.spares = spares;
        this.ticking = CLOCK.scheduleWithFixedDelay(this, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
        // An idle pool is left alone, or it would never give up its threads. (The "running" count leaves out carriers.)
        if (answered && carriers.getActiveThreadCount() == 0) {
            return;
        }
        int now = carriers.getParallelism();
        if (answered) {
            if (now > base) {
                carriers.setParallelism(now - 1);
            }
            answered = false;
            carriers.execute(() -> answered = true);
        } else if (now < base + spares) {
            carriers.setParallelism(now + 1);
            // A queued task does not start the new thread, a new one does.
            carriers.execute(() -> {});
        }
    }

    @Override
    public void close() {
        ticking.cancel(false);
    }
}
