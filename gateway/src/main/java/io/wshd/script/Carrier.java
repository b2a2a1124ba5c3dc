package io.wshd.script;

import com.sun.management.ThreadMXBean;
import io.wshd.config.InterpreterConfig.Priority;
import io.wshd.threads.TimeSlice;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;

/** A platform thread that runs virtual threads, one after the other, each until it waits. */
final class Carrier implements Runnable {

    /**
     * Bytes of stack, which the operating system provides as they are used. A virtual thread runs on its carrier's: the
     * 1,000 calls that Python allows by default need some 4 MiB compiled and more interpreted.
     */
    private static final long STACK = 16L << 20;

    /** How long a spare carrier waits before it sees whether it is still of use, in nanoseconds. */
    private static final long SPARE_PAUSE = 1_000_000_000;

    /** Of a virtual thread that is to be slow, in nanoseconds. */
    private static final long LONGEST_PAUSE = 1_000_000_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Carriers all;
    private final Priority priority;
    private final Thread thread;

    /** Whether it makes up for a blocked one, and ends once that is not any more. */
    private final boolean spare;

    /** Whether it is about to park, or has. Whoever makes it false wakes it. */
    private volatile boolean idle;

    /** What it runs. Set and seen on this very thread only. */
    private Runnable running;

    /** Seen there only as well. */
    private boolean hasItsSlice;

    /** Since when the virtual thread that it runs computes; 0 between two. */
    private volatile long since;

    private volatile long resumed;

    /** Of the time, that the virtual thread is to compute for. */
    private volatile double share = 1;

    /** The {@link #resumed} of the stretch that was found blocked once, and again. */
    private volatile long suspected;

    private volatile long blocked;

    /**
     * @param all those whose work it does
     * @param name for thread dumps
     * @param begins the priority that it begins with
     * @param priority what it has in the end
     * @param spare whether it makes up for a blocked one
     */
    @SuppressWarnings("ThreadPriorityCheck") // To have a priority is what this is for.
    Carrier(Carriers all, String name, Priority begins, Priority priority, boolean spare) {
        this.all = all;
        this.priority = priority;
        this.spare = spare;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("carrier-" + name)
                .priority(level(begins))
                .stackSize(STACK)
                .unstarted(this);
    }

    /** As the flags of bin/wshd have the JVM tell the operating system; without them it tells it nothing. */
    static int level(Priority priority) {
        return switch (priority) {
            case NORMAL -> Thread.NORM_PRIORITY;
            case LOW -> Thread.NORM_PRIORITY - 1;
            case LOWEST -> Thread.MIN_PRIORITY;
        };
    }

    void start() {
        thread.start();
    }

    /** Gives it the priority that it has in the end. Any thread. */
    @SuppressWarnings("ThreadPriorityCheck") // See above.
    void lowerPriority() {
        thread.setPriority(level(priority));
    }

    /** Of its thread. */
    String name() {
        return thread.getName();
    }

    /** Wakes it if it is idle; whether it was. Any thread. */
    boolean wake() {
        if (!idle) {
            return false;
        }
        idle = false;
        unpark();
        return true;
    }

    /** Has it see whether it is to end. Any thread. */
    void unpark() {
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        Persistent.repeat(thread.getName(), this::next);
    }

    private void next() throws InterruptedException {
        // If what ran before has failed.
        since = 0;
        idle = false;
        if (spare && all.dismissed(this)) {
            throw new InterruptedException("no other is blocked any more");
        }
        Runnable next = all.poll();
        if (next != null) {
            run(next);
        } else if (all.isOver()) {
            throw new InterruptedException("its last virtual thread has ended");
        } else {
            lengthenSlice();
            idle = true;
            if (!all.hasRunnable() && !all.isOver()) {
                if (spare) {
                    LockSupport.parkNanos(all, SPARE_PAUSE);
                } else {
                    LockSupport.park(all);
                }
            }
            idle = false;
        }
    }

    /** Once, when it has nothing to do for the first time: the first one holds the start of its interpreter up otherwise. */
    private void lengthenSlice() {
        if (!hasItsSlice) {
            hasItsSlice = true;
            if (priority != Priority.NORMAL) {
                TimeSlice.LONG.ofThisThread();
            }
        }
    }

    private void run(Runnable continuation) {
        running = continuation;
        share = 1;
        resumed = System.nanoTime() | 1;
        Long before = all.interruptedSince(continuation);
        since = before == null ? resumed : before;
        continuation.run();
        since = 0;
    }

    /** Bytes that it has allocated so far. Any thread. */
    long allocated() {
        return Math.max(0, THREADS.getThreadAllocatedBytes(thread.threadId()));
    }

    /** What it runs now. Its own thread. */
    Runnable running() {
        return running;
    }

    /** Since when that computes, as {@link System#nanoTime} tells it. */
    long since() {
        return since;
    }

    /** What it runs now and for how long, or null. Any thread. */
    Carriers.Stretch stretch() {
        long from = since;
        return from == 0 ? null : new Carriers.Stretch(this, from, resumed);
    }

    /** Has what it runs pause when it next gives way. Any thread. */
    void slow(double share) {
        this.share = share;
    }

    /** How many nanoseconds the virtual thread that it runs is to pause now; it may compute as before after that. */
    long pause() {
        double now = share;
        share = 1;
        return pause(System.nanoTime() - resumed, now);
    }

    /** After so many nanoseconds, for something that is to compute for a share of the time. */
    static long pause(long computed, double share) {
        return Math.min(LONGEST_PAUSE, Math.round(computed * (1 / share - 1)));
    }

    /** Whether it was so before, in the same stretch, which lasts. Any thread. */
    boolean foundBlocked(Carriers.Stretch stretch) {
        if (suspected != stretch.resumed()) {
            suspected = stretch.resumed();
            return false;
        }
        blocked = stretch.resumed();
        return isBlocked();
    }

    /** Any thread. */
    void foundComputing() {
        suspected = 0;
        blocked = 0;
    }

    /** What it runs keeps it and does nothing. Its own thread. */
    void standsStill() {
        blocked = resumed;
    }

    /** What it runs computes again. Its own thread. */
    void goesOn() {
        resumed = System.nanoTime() | 1;
    }

    /** Any thread. */
    boolean isBlocked() {
        return since != 0 && blocked == resumed;
    }
}
