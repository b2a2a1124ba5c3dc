package io.wshd.script;

import com.sun.management.ThreadMXBean;
import io.wshd.config.InterpreterConfig.Priority;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that the scripts of one instance start themselves, which no carrier runs: how many there may be, how fast they
 * may begin, and what they use. Safe for use by any thread.
 */
public final class StartedThreads {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** One that computes for longer is looked at by itself; in nanoseconds. */
    private static final long SHORT = 200_000_000;

    /**
     * What one takes of a processor besides what its own account says, in nanoseconds: the system makes its stack and takes
     * it away again, and whoever starts it waits until it has begun. A thousand a second on the slower host of
     * bench/README.md took 1.1 ms each, of which their accounts say 0.2.
     */
    private static final long EACH = 800_000;

    private final int level;
    private final int most;
    private final Set<Thread> running = new HashSet<>();

    /** That were allowed and have not begun yet. */
    private int starting;

    private final Repetition starts = new Repetition();

    /** By those that have ended, in bytes. */
    private long allocatedBefore;

    private long paused;

    /**
     * @param priority that they get
     * @param most that there may be at the same time
     */
    public StartedThreads(Priority priority, int most) {
        this.level = Carrier.level(priority);
        this.most = most;
    }

    /**
     * Asks for one more, before it is started. If that fails then, {@link #fails} is to be called.
     *
     * @return nanoseconds to wait before, for which the script is taken to pause; negative if there are too many
     */
    public synchronized long starts() {
        if (running.size() + starting >= most) {
            return -1;
        }
        starting++;
        return starts.turn();
    }

    /** One that was allowed could not be started. */
    public synchronized void fails() {
        starting = Math.max(0, starting - 1);
    }

    /** A thread begins: it gets the priority of its interpreter's. Does not block. */
    @SuppressWarnings("ThreadPriorityCheck") // To have a priority is what this is for.
    public synchronized void begins(Thread thread) {
        starting = Math.max(0, starting - 1);
        running.add(thread);
        thread.setPriority(level);
        starts.happened(EACH);
    }

    /** The calling thread ends. */
    public synchronized void ends() {
        Thread thread = Thread.currentThread();
        if (running.remove(thread)) {
            allocatedBefore += allocated(thread);
            starts.took(Math.min(THREADS.getCurrentThreadCpuTime(), SHORT));
        }
    }

    /** How many run now. */
    public synchronized int count() {
        return running.size();
    }

    /** What they have taken: to be started, and of each that has ended no more than a part of a second. */
    Repetition repetition() {
        return starts;
    }

    /**
     * Has the calling thread pause because it is to be slow.
     *
     * @param computed nanoseconds for which it has since its last pause
     * @param share of the time, that it is to compute for: more than 0, at most 1
     */
    void pause(long computed, double share) {
        long pause = Carrier.pause(computed, share);
        LockSupport.parkNanos(this, pause);
        synchronized (this) {
            paused += pause;
        }
    }

    /** For how long they have paused, and scripts before they started them. */
    synchronized Duration paused() {
        return Duration.ofNanos(paused).plus(starts.paused());
    }

    /** Bytes that all of them have allocated so far. Takes longer the more run. */
    synchronized long allocated() {
        return allocatedBefore
                + running.stream().mapToLong(StartedThreads::allocated).sum();
    }

    private static long allocated(Thread thread) {
        return Math.max(0, THREADS.getThreadAllocatedBytes(thread.threadId()));
    }
}
