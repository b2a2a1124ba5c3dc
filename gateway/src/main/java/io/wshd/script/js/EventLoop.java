package io.wshd.script.js;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * The mailbox of a JavaScript context: runs one task at a time, in order, on one thread, as a browser or Node does. A
 * context may be entered by one thread at a time only.
 *
 * <p>Tasks come from any thread; each connection has at most a few under way, so their number is bounded by that of the
 * connections. Timers belong to the loop's own thread.
 */
final class EventLoop {

    /** Timers of one script; a script that exceeds it has a leak. */
    static final int MOST_TIMERS = 10_000;

    private record Timer(int id, long due, long periodNanos, Runnable task) {}

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::due));
    private final Map<Integer, Timer> timersById = new HashMap<>();
    private final Logger log;
    private int lastTimer;
    private volatile Runnable atEnd;
    private volatile boolean closed;

    /** Begins to run at once, on a thread of {@code threads}. */
    EventLoop(ThreadFactory threads, Logger log) {
        this.log = log;
        threads.newThread(this::run).start();
    }

    /** Has a task run after those that wait already; from any thread, never blocks. After the close it is forgotten. */
    void execute(Runnable task) {
        if (!closed) {
            tasks.add(task);
        }
    }

    /**
     * Starts a timer; on the loop's thread only.
     *
     * @param periodic whether it runs again and again, until it is cleared
     * @return its number, for {@link #clear}
     */
    int schedule(Runnable task, long millis, boolean periodic) {
        if (timersById.size() >= MOST_TIMERS) {
            throw new IllegalStateException("more than " + MOST_TIMERS + " timers in one script");
        }
        long nanos = TimeUnit.MILLISECONDS.toNanos(Math.clamp(millis, 1, Integer.MAX_VALUE));
        start(new Timer(++lastTimer, System.nanoTime() + nanos, periodic ? nanos : 0, task));
        return lastTimer;
    }

    /** Stops a timer; on the loop's thread only. An unknown number is ignored. */
    void clear(int id) {
        Timer timer = timersById.remove(id);
        if (timer != null) {
            timers.remove(timer);
        }
    }

    /**
     * Ends the loop when the task that runs has ended; those that wait are forgotten. Any thread, never blocks.
     *
     * @param last run by the loop's thread at the very end
     */
    void close(Runnable last) {
        if (!closed) {
            atEnd = last;
            closed = true;
            tasks.add(() -> {});
        }
    }

    private void run() {
        try {
            while (!closed) {
                Runnable task = next();
                if (task != null && !closed) {
                    attempt(task);
                }
                runDueTimers();
            }
            atEnd.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Runnable next() throws InterruptedException {
        Timer first = timers.peek();
        return first == null
                ? tasks.take()
                : tasks.poll(Math.max(0, first.due() - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void runDueTimers() {
        // Those only that are due now: a timer that keeps setting another one must not keep messages waiting.
        long now = System.nanoTime();
        for (Timer timer = timers.peek(); timer != null && timer.due() - now <= 0; timer = timers.peek()) {
            clear(timer.id());
            if (timer.periodNanos() > 0) {
                start(new Timer(timer.id(), now + timer.periodNanos(), timer.periodNanos(), timer.task()));
            }
            attempt(timer.task());
        }
    }

    private void start(Timer timer) {
        timers.add(timer);
        timersById.put(timer.id(), timer);
    }

    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            if (closed) {
                log.debug("cancelled", e);
            } else {
                log.error("{}", e.getMessage(), e);
            }
        }
    }
}
