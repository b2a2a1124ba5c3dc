package io.wshd.script;

import io.wshd.config.InterpreterConfig.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Virtual threads that are run by a few platform threads of their own, their carriers, so that a script that computes
 * holds up neither another interpreter nor the gateway.
 *
 * <p>Measured with Python handlers: one carrier for an interpreter gives one and a half times the throughput of two,
 * because a second one mostly fights for the interpreter's lock.
 *
 * <p>A virtual thread gives its carrier back only when it waits, and not always then: what waits for a disk or a name
 * server, or holds a native frame, keeps it. {@link #stretches} tells of those that have not given theirs back for a
 * while. Those that compute the {@link Watchdog} has give way; those that are blocked it has made up for by a spare
 * carrier, for as long as that lasts.
 */
public final class Carriers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Carriers.class);

    private final String name;
    private final Runnable atEnd;
    private final Priority priority;
    private final StartedThreads started;
    private final Failures failures = new Failures();
    private final ThreadFactory threads;

    /** How many there are to run virtual threads; more are spare. */
    private final int count;

    private final int mostSpare;

    /** Virtual threads that could run: each at most once, so no more than there are threads. */
    private final Queue<Runnable> runnable = new ConcurrentLinkedQueue<>();

    private final List<Carrier> carriers = new CopyOnWriteArrayList<>();

    /** Bytes that threads have allocated which have ended. */
    private final AtomicLong allocatedBefore = new AtomicLong();

    private final AtomicInteger numbers = new AtomicInteger();

    private boolean exhausted;

    /** Of virtual threads that have given way, since when they compute. */
    private final Map<Runnable, Long> interrupted = new ConcurrentHashMap<>();

    /** Nanoseconds that threads have paused because they were to be slow. */
    private final LongAdder paused = new LongAdder();

    /** Virtual threads that have begun and not ended. */
    private final AtomicInteger alive = new AtomicInteger();

    private volatile boolean closed;

    /** Of carriers that are made now. */
    private Priority begins = Priority.NORMAL;

    /**
     * @param name of the interpreter, for thread dumps
     * @param count of carriers, at least 1
     * @param mostSpare that make up for blocked ones at the same time
     * @param priority of the carriers, from {@link #lowerPriority} on, and of the threads that scripts start
     * @param mostStarted of the latter at the same time
     * @param atEnd run by each of the virtual threads as its last
     */
    public Carriers(String name, int count, int mostSpare, Priority priority, int mostStarted, Runnable atEnd) {
        this.name = name;
        this.count = count;
        this.mostSpare = mostSpare;
        this.priority = priority;
        this.started = new StartedThreads(priority, mostStarted);
        this.atEnd = atEnd;
        for (int i = 0; i < count; i++) {
            carriers.add(carrier(false));
        }
        carriers.forEach(Carrier::start);
        ThreadFactory virtual = Scheduled.virtual(this::schedule).name(name).factory();
        this.threads = task -> virtual.newThread(() -> live(task));
    }

    /** Makes unstarted virtual threads that run on these carriers. */
    public ThreadFactory threads() {
        return threads;
    }

    /**
     * A virtual thread that has its carrier: it computes, or is blocked. Times are as {@link System#nanoTime} tells them.
     *
     * @param carrier what runs it
     * @param since when it last waited; the same for as long as it computes
     * @param resumed when it last got the carrier: later than {@code since} if it has given way
     */
    public record Stretch(Carrier carrier, long since, long resumed) {

        /** Whether it is this thread's. Any thread. */
        public boolean isOf(Thread thread) {
            // The JDK has no better way to learn the carrier of a virtual thread than by its name.
            return thread.toString().endsWith("@" + carrier.name());
        }
    }

    /** Those that last now. Any thread. */
    public List<Stretch> stretches() {
        List<Stretch> stretches = new ArrayList<>();
        for (Carrier carrier : carriers) {
            Stretch now = carrier.stretch();
            if (now != null) {
                stretches.add(now);
            }
        }
        return stretches;
    }

    /**
     * Has a spare carrier run what could run while this virtual thread is blocked, if it was so at the last call too, and
     * if there may be one more. Any thread, does not block.
     */
    public void noteBlocked(Stretch stretch) {
        if (stretch.carrier().foundBlocked(stretch)) {
            addSpare();
        }
    }

    /** Has no spare carrier make up for this virtual thread: it computes. Any thread, does not block. */
    public void noteComputing(Stretch stretch) {
        stretch.carrier().foundComputing();
    }

    /** Carriers whose virtual threads are blocked. Any thread. */
    public int blocked() {
        int blocked = 0;
        for (Carrier carrier : carriers) {
            if (carrier.isBlocked()) {
                blocked++;
            }
        }
        return blocked;
    }

    /**
     * Has a spare carrier make up for one that stands still, unless one does. Does nothing where there is no memory, so it
     * is to be asked again for as long as that lasts. Any thread, does not block.
     */
    public void makeUp() {
        try {
            addSpare();
        } catch (OutOfMemoryError e) {
            // Not to be logged: that takes memory.
        }
    }

    private int spare() {
        return carriers.size() - count;
    }

    private synchronized void addSpare() {
        if (runnable.isEmpty() || spare() >= blocked()) {
            return;
        }
        if (spare() < mostSpare) {
            exhausted = false;
            Carrier carrier = carrier(true);
            carrier.start();
            carriers.add(carrier);
        } else if (!exhausted) {
            exhausted = true;
            LOG.warn(
                    "{}: {} handlers keep their threads: they wait for a slow disk or name server, or compute. That is"
                            + " more than scripts.spare-carriers = {} makes up for: others wait for them.",
                    name,
                    blocked(),
                    mostSpare);
        }
    }

    private synchronized Carrier carrier(boolean spare) {
        return new Carrier(this, name + "-" + numbers.incrementAndGet(), begins, priority, spare);
    }

    /**
     * Gives the carriers the priority that they have while clients are served. Before that they load scripts, which is what
     * clients wait for, beside the JVM's compilers. Any thread, does not block; it cannot be undone.
     */
    public synchronized void lowerPriority() {
        if (begins != priority) {
            begins = priority;
            carriers.forEach(Carrier::lowerPriority);
        }
    }

    /** Threads that scripts start, which no carrier runs. */
    public StartedThreads started() {
        return started;
    }

    /** Handlers that end with an error. */
    public Failures failures() {
        return failures;
    }

    /** Takes a spare carrier out if there are more than blocked ones. That carrier's thread. */
    boolean dismissed(Carrier carrier) {
        if (spare() <= blocked() || !removed(carrier)) {
            return false;
        }
        allocatedBefore.addAndGet(carrier.allocated());
        if (hasRunnable()) {
            wakeOne();
        }
        return true;
    }

    private synchronized boolean removed(Carrier carrier) {
        return spare() > blocked() && carriers.remove(carrier);
    }

    /** What a carrier is to run next, or null. */
    Runnable poll() {
        return runnable.poll();
    }

    boolean hasRunnable() {
        return !runnable.isEmpty();
    }

    /** Since when something computes that has given way and goes on now; null if it has waited. */
    Long interruptedSince(Runnable continuation) {
        return interrupted.isEmpty() ? null : interrupted.remove(continuation);
    }

    /**
     * Has this virtual thread pause when it next gives way, so that it computes for no more than a share of the time.
     *
     * @param share more than 0, at most 1
     */
    public void slow(Stretch stretch, double share) {
        stretch.carrier().slow(share);
    }

    /**
     * Lets others run before the calling virtual thread goes on, or beside it where it cannot leave its carrier, and
     * pauses if it is to be slow; it still counts as computing without having waited.
     */
    public void giveWay() {
        Carrier carrier = current();
        if (carrier == null) {
            return;
        }
        long pause = carrier.pause();
        if (!leave(carrier, 0)) {
            // There is a native frame on its stack, of compiled code that was interrupted.
            carrier.standsStill();
            makeUp();
            if (pause > 0) {
                LockSupport.parkNanos(this, pause);
                carrier.goesOn();
            }
        } else if (pause > 0) {
            leave(current(), pause);
        }
        paused.add(pause);
    }

    /** Has the calling virtual thread leave its carrier, for some nanoseconds or until its turn; whether it could. */
    @SuppressWarnings("ThreadPriorityCheck") // Giving way is what this is for.
    private boolean leave(Carrier carrier, long pause) {
        Runnable self = carrier.running();
        interrupted.put(self, carrier.since());
        if (pause == 0) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(this, pause);
        }
        return interrupted.remove(self) == null;
    }

    /** The one that runs the calling virtual thread, or null. */
    private Carrier current() {
        for (Carrier carrier : carriers) {
            Stretch stretch = carrier.stretch();
            if (stretch != null && stretch.isOf(Thread.currentThread())) {
                return carrier;
            }
        }
        return null;
    }

    /** For how long threads of scripts have paused so far, because they were to be slow. Any thread. */
    public Duration paused() {
        return Duration.ofNanos(paused.sum())
                .plus(started.paused())
                .plus(failures.repetition().paused());
    }

    /** How many virtual threads wait for a carrier. Any thread; takes longer the more there are, up to the bound. */
    public int waiting(int bound) {
        int count = 0;
        for (Runnable each : runnable) {
            if (each == null || ++count >= bound) {
                break;
            }
        }
        return count;
    }

    /** Bytes that the virtual threads, and those that scripts start, have allocated so far, all together. Any thread. */
    public long allocated() {
        return allocatedBefore.get()
                + carriers.stream().mapToLong(Carrier::allocated).sum()
                + started.allocated();
    }

    /** Lets the carriers end once the last of their virtual threads has. Does not block. */
    @Override
    public void close() {
        closed = true;
        carriers.forEach(Carrier::unpark);
    }

    private void live(Runnable task) {
        alive.incrementAndGet();
        try {
            task.run();
        } finally {
            atEnd.run();
            if (alive.decrementAndGet() == 0 && closed) {
                close();
            }
        }
    }

    /** Whether carriers are to end. */
    boolean isOver() {
        return closed && alive.get() == 0;
    }

    private void schedule(Runnable continuation) {
        runnable.add(continuation);
        wakeOne();
    }

    private void wakeOne() {
        for (Carrier carrier : carriers) {
            if (carrier.wake()) {
                return;
            }
        }
    }
}
