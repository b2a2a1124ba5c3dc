package io.wshd.script.js;

import io.wshd.script.Pace;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The mailbox of a JavaScript context: runs one task at a time, in order, on one thread, as a browser or Node does. A
 * context may be entered by one thread at a time only: first that which loads the script ({@link #runUntil}), then the
 * loop's own ({@link #start}).
 *
 * <p>Tasks come from any thread; each connection and each fetch has at most a few under way, so their number is bounded
 * by that of those. Connections that have something to say are no tasks: all that are ready go into the context in one
 * call, since each call costs more than what is done in it. Timers belong to the loop's own thread.
 */
final class EventLoop {

    /** Timers of one script; a script that exceeds it has a leak. */
    static final int MOST_TIMERS = 10_000;

    /** Tasks, and ready connections, in one turn of the loop; then timers get theirs. */
    private static final int TURN = 256;

    /** A turn in which a connection gets no second message, in nanoseconds. */
    private static final long LONG = TimeUnit.MILLISECONDS.toNanos(5);

    private record Timer(int id, long due, long periodNanos, Runnable task) {}

    /** What the context does with the loop. */
    interface Context {

        /** Has the context take what {@link EventLoop#nextReady} gives. */
        void deliver();

        /** A task has thrown. */
        void failed(Throwable error);
    }

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Queue<JsConnection> ready = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::due));
    private final Map<Integer, Timer> timersById = new HashMap<>();
    private final Context context;
    private final Pace pace = new Pace();
    private final AtomicReference<Thread> parked = new AtomicReference<>();
    /** Who runs it. */
    private volatile Thread thread;

    /** Whether a task runs, or ready connections are looked at. */
    private volatile boolean busy;

    /** When this turn began. */
    private long turned;

    private int lastTimer;
    private int leftInTurn;
    private volatile Runnable atEnd;
    private volatile boolean closed;

    EventLoop(Context context) {
        this.context = context;
    }

    /** Has a task run after those that wait already; from any thread, never blocks. After the close it is forgotten. */
    void execute(Runnable task) {
        if (!closed) {
            tasks.add(task);
            wake();
        }
    }

    /** Has the context look at a connection; from any thread, never blocks. */
    void ready(JsConnection connection) {
        ready.add(connection);
        wake();
    }

    /** The next connection to look at in this turn, or null; on the loop's thread only. */
    JsConnection nextReady() {
        return leftInTurn-- > 0 ? ready.poll() : null;
    }

    /** Whether the others should get their turn before a connection gets more than one message; on the loop's thread only. */
    boolean isTurnOver() {
        return System.nanoTime() - turned > LONG;
    }

    /**
     * Starts a timer; on the loop's thread only.
     *
     * @param periodic whether it runs again and again, until it is cleared
     * @return its number, for {@link #clear}; 0 if there are {@link #MOST_TIMERS} already
     */
    int schedule(Runnable task, long millis, boolean periodic) {
        if (timersById.size() >= MOST_TIMERS) {
            return 0;
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
     * Runs on the calling thread until the condition holds. Blocks; only before {@link #start}.
     *
     * @throws TimeoutException if it does not hold in time
     */
    void runUntil(BooleanSupplier condition, long timeout, TimeUnit unit)
            throws InterruptedException, TimeoutException {
        thread = Thread.currentThread();
        long deadline = System.nanoTime() + unit.toNanos(timeout);
        while (!closed && !condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException();
            }
            turn(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Goes on on a thread of {@code threads}, until the close. */
    void start(ThreadFactory threads) {
        threads.newThread(() -> {
                    thread = Thread.currentThread();
                    while (!closed) {
                        turn(Long.MAX_VALUE);
                    }
                    atEnd.run();
                })
                .start();
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
            wake();
        }
    }

    private void wake() {
        // One of many callers has to unpark it.
        if (parked.get() != null) {
            Thread thread = parked.getAndSet(null);
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }
    }

    /** Waits for something to do, at most so long, and does what there is. */
    private void turn(long nanos) {
        if (isIdle()) {
            parked.set(Thread.currentThread());
            if (isIdle()) {
                Timer first = timers.peek();
                long left = first == null ? nanos : Math.min(nanos, first.due() - System.nanoTime());
                if (left > 0) {
                    LockSupport.parkNanos(this, left);
                }
            }
            parked.set(null);
        } else {
            pace.step();
        }
        turned = System.nanoTime();
        for (int i = 0; i < TURN && !closed; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            attempt(task);
        }
        if (!ready.isEmpty() && !closed) {
            leftInTurn = TURN;
            attempt(context::deliver);
        }
        runDueTimers();
    }

    private boolean isIdle() {
        return tasks.isEmpty() && ready.isEmpty() && !closed;
    }

    private void runDueTimers() {
        // Those only that are due now: a timer that keeps setting another one must not keep messages waiting.
        long now = System.nanoTime();
        for (Timer timer = timers.peek(); timer != null && timer.due() - now <= 0; timer = timers.peek()) {
            if (closed) {
                return;
            }
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
        busy = true;
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            if (!closed) {
                context.failed(e);
            }
        } finally {
            busy = false;
        }
    }

    /** The thread that runs a task now; it may have given way to another. Any thread. */
    Optional<Thread> running() {
        Thread runs = thread;
        return busy ? Optional.ofNullable(runs) : Optional.empty();
    }
}
