package io.wshd.script;

import com.sun.management.ThreadMXBean;
import io.wshd.config.InterpreterConfig.Priority;
import io.wshd.threads.TimeSlice;
import java.lang.management.ManagementFactory;
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

    private final String name;
    private final Runnable atEnd;
    private final Priority priority;
    private final ThreadFactory threads;

    /** How many there are to run virtual threads; more are spare. */
    private final int count;

    private final int mostSpare;

    /** Virtual threads that could run: each at most once, so no more than there are threads. */
    private final Queue<Runnable> runnable = new ConcurrentLinkedQueue<>();

    private final List<Carrier> carriers = new CopyOnWriteArrayList<>();

    private final AtomicInteger numbers = new AtomicInteger();

    /** Bytes that threads have allocated which have ended. */
    private final AtomicLong allocatedBefore = new AtomicLong();

    private boolean exhausted;

    /** Of virtual threads that have given way, since when they compute. */
    private final Map<Runnable, Long> interrupted = new ConcurrentHashMap<>();

    /** Nanoseconds that virtual threads have paused because the machine had no more to give. */
    private final LongAdder paused = new LongAdder();

    /** Virtual threads that have begun and not ended. */
    private final AtomicInteger alive = new AtomicInteger();

    private volatile boolean closed;

    /**
     * @param name of the interpreter, for thread dumps
     * @param count of carriers, at least 1
     * @param mostSpare that make up for blocked ones at the same time
     * @param priority of the carriers
     * @param atEnd run by each of the virtual threads as its last
     */
    public Carriers(String name, int count, int mostSpare, Priority priority, Runnable atEnd) {
        this.name = name;
        this.count = count;
        this.mostSpare = mostSpare;
        this.priority = priority;
        this.atEnd = atEnd;
        for (int i = 0; i < count; i++) {
            carriers.add(new Carrier(false));
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
            return thread.toString().endsWith("@" + carrier.thread.getName());
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
        stretch.carrier().suspected = 0;
        stretch.carrier().blocked = 0;
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

    private int spare() {
        return carriers.size() - count;
    }

    private synchronized void addSpare() {
        if (runnable.isEmpty() || spare() >= blocked()) {
            return;
        }
        if (spare() < mostSpare) {
            exhausted = false;
            Carrier carrier = new Carrier(true);
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

    /** Takes a spare carrier out if there are more than blocked ones. */
    private synchronized boolean removed(Carrier carrier) {
        return spare() > blocked() && carriers.remove(carrier);
    }

    /**
     * Has this virtual thread pause when it next gives way, so that it computes for no more than a share of the time.
     *
     * @param share more than 0, at most 1
     */
    public void slow(Stretch stretch, double share) {
        stretch.carrier().share = share;
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
            carrier.blocked = carrier.resumed;
            addSpare();
            if (pause > 0) {
                LockSupport.parkNanos(this, pause);
                carrier.resumed = System.nanoTime() | 1;
            }
        } else if (pause > 0) {
            leave(current(), pause);
        }
        paused.add(pause);
    }

    /** Has the calling virtual thread leave its carrier, for some nanoseconds or until its turn; whether it could. */
    @SuppressWarnings("ThreadPriorityCheck") // Giving way is what this is for.
    private boolean leave(Carrier carrier, long pause) {
        Runnable self = carrier.running;
        interrupted.put(self, carrier.since);
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

    /** For how long virtual threads have paused so far, because they were to be slow. Any thread. */
    public Duration paused() {
        return Duration.ofNanos(paused.sum());
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

    /** Bytes that the virtual threads have allocated so far, all together. Any thread. */
    public long allocated() {
        return allocatedBefore.get()
                + carriers.stream().mapToLong(Carrier::allocated).sum();
    }

    /** Lets the carriers end once the last of their virtual threads has. Does not block. */
    @Override
    public void close() {
        closed = true;
        carriers.forEach(carrier -> LockSupport.unpark(carrier.thread));
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

    private boolean isOver() {
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

    /** A platform thread that runs what can run. */
    final class Carrier implements Runnable {

        final Thread thread;

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
        volatile double share = 1;

        /** The {@link #resumed} of the stretch that was found blocked once, and again. */
        volatile long suspected;

        volatile long blocked;

        @SuppressWarnings("ThreadPriorityCheck") // To have a priority is what this is for.
        Carrier(boolean spare) {
            this.spare = spare;
            this.thread = Thread.ofPlatform()
                    .daemon()
                    .name("carrier-" + name + "-" + numbers.incrementAndGet())
                    .priority(level())
                    .stackSize(STACK)
                    .unstarted(this);
        }

        /** As the flags of bin/wshd have the JVM tell the operating system; without them it tells it nothing. */
        private int level() {
            return switch (priority) {
                case NORMAL -> Thread.NORM_PRIORITY;
                case LOW -> Thread.NORM_PRIORITY - 1;
                case LOWEST -> Thread.MIN_PRIORITY;
            };
        }

        void start() {
            thread.start();
        }

        /** Wakes it if it is idle; whether it was. */
        boolean wake() {
            if (!idle) {
                return false;
            }
            idle = false;
            LockSupport.unpark(thread);
            return true;
        }

        @Override
        public void run() {
            Persistent.repeat(thread.getName(), this::next);
        }

        private void next() throws InterruptedException {
            // If what ran before has failed.
            since = 0;
            idle = false;
            if (spare && spare() > blocked() && removed(this)) {
                allocatedBefore.addAndGet(allocated());
                if (!runnable.isEmpty()) {
                    wakeOne();
                }
                throw new InterruptedException("no other is blocked any more");
            }
            Runnable next = runnable.poll();
            if (next != null) {
                run(next);
            } else if (isOver()) {
                throw new InterruptedException("its last virtual thread has ended");
            } else {
                lengthenSlice();
                idle = true;
                if (runnable.isEmpty() && !isOver()) {
                    if (spare) {
                        LockSupport.parkNanos(Carriers.this, SPARE_PAUSE);
                    } else {
                        LockSupport.park(Carriers.this);
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

        long allocated() {
            return Math.max(0, THREADS.getThreadAllocatedBytes(thread.threadId()));
        }

        /** How long the virtual thread that it runs is to pause now; it may compute as before after that. */
        long pause() {
            double now = share;
            share = 1;
            return Math.min(LONGEST_PAUSE, Math.round((System.nanoTime() - resumed) * (1 / now - 1)));
        }

        /** Whether it was so before, in the same stretch, which lasts. */
        boolean foundBlocked(Stretch stretch) {
            if (suspected != stretch.resumed()) {
                suspected = stretch.resumed();
                return false;
            }
            blocked = stretch.resumed();
            return isBlocked();
        }

        boolean isBlocked() {
            return since != 0 && blocked == resumed;
        }

        Stretch stretch() {
            long from = since;
            return from == 0 ? null : new Stretch(this, from, resumed);
        }

        private void run(Runnable continuation) {
            running = continuation;
            share = 1;
            resumed = System.nanoTime() | 1;
            Long before = interrupted.isEmpty() ? null : interrupted.remove(continuation);
            since = before == null ? resumed : before;
            continuation.run();
            since = 0;
        }
    }
}
