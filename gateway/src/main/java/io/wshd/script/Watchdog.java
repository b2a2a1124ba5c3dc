package io.wshd.script;

import io.wshd.config.InterpreterConfig;
import io.wshd.config.ScriptsConfig;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after scripts that compute without waiting, on the threads of handlers and on those that they start. It has them
 * give way to the other handlers of their interpreter, leave the machine to the rest of the gateway where that needs all of
 * it, or the collector stops that for too long, names them in the log when they take long, ends what takes too long, and
 * has an interpreter replaced that does not come back from it. What is blocked rather than computes, it has made up for.
 * One thread for all; it never runs a script's code.
 */
final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Between two looks while nothing computes. */
    private static final Duration CALM = Duration.ofMillis(25);

    /** Between two looks while something does. */
    private static final Duration TICK = Duration.ofMillis(5);

    /** How long a handler computes before the others get their turn. */
    private static final Duration SLICE = Duration.ofMillis(10);

    /** How long it computes before it has to leave the machine to others that need it. */
    private static final Duration LONG = Duration.ofMillis(200);

    /** What the collector may stop everybody for in advance, because of a handler, and because of what the gateway asks. */
    private static final Duration STOPS = Duration.ofMillis(100);

    private static final Duration STOPS_WHEN_ASKED = Duration.ofSeconds(2);

    /** Of the time, that goes on computing which has stopped everybody for too long. */
    private static final double LITTLE = 0.01;

    /** Of a processor, that something which happens again and again may take whatever the machine has to give. */
    private static final double FEW = 0.05;

    /** Between two looks at what that has taken, and at most, if it has not happened: it may have had to wait. */
    private static final Duration COUNT = Duration.ofMillis(100);

    private static final Duration LONGEST_COUNT = Duration.ofSeconds(2);

    /** After which a thread that a script has started, and that was not met computing meanwhile, has waited. */
    private static final Duration GONE = Duration.ofMillis(100);

    /** Until a thread is asked again where it is, which was where it cannot tell. */
    private static final Duration AGAIN = Duration.ofMillis(100);

    /** How often it is asked before it is named without a place. */
    private static final int TRIES = 10;

    /** Waiting handlers that are counted for the log. */
    private static final int COUNTED = 10_000;

    private final Collection<NamedInterpreter> interpreters;
    private final Allowance allowance;
    private final double collectorShare;
    private final double threadShare;
    private final Stops.Readings readings = Stops.ofThisMachine();
    private final Map<Instance, Stops> stops = new WeakHashMap<>();
    private final Map<Repetition, Reading> readingsBefore = new WeakHashMap<>();
    private final Map<Thread, Computation> computations = new WeakHashMap<>();

    /** Whether something computed, or was blocked, at the last look. */
    private boolean busy;

    /**
     * Nanoseconds that it has watched: time in which it should have looked and has not, because the machine or the JVM stood
     * still, tells nothing of what has not been met meanwhile.
     */
    private final AtomicLong watched = new AtomicLong();

    private final Thread thread =
            Thread.ofPlatform().daemon().name("script-watchdog").unstarted(this::run);

    /** What a thread is at, for as long as it does not wait. */
    private static class Computation {

        final long since;

        /** Set by the thread that computes, once it has told where it is. */
        final AtomicBoolean named = new AtomicBoolean();

        long asked;
        int tries;
        long ended;

        Computation(long since) {
            this.since = since;
            this.asked = since - AGAIN.toNanos();
        }
    }

    /** What something that is repeated had taken at some time, in nanoseconds. */
    private record Reading(long at, Repetition.Sum sum) {}

    /** That of a thread which no carrier runs. It takes turns, so it is the processor that tells how much it computes. */
    private static final class Beside extends Computation {

        /** Its processor time when it was first met, in nanoseconds. */
        final long before;

        /** When it was last met, as the time that is watched. */
        long met;

        /** The end of its last pause, as the same. */
        volatile long resumed;

        Beside(long now, long before, long watched) {
            super(now);
            this.before = before;
            this.resumed = watched;
        }

        /** Whether it was neither met computing for a while, nor paused. */
        boolean hasWaited(long watched) {
            return Math.min(watched - met, watched - resumed) >= GONE.toNanos();
        }
    }

    /**
     * @param settings the shares that scripts have of the machine and of the time
     * @param served nanoseconds of processor time that the gateway's I/O threads have used so far
     */
    Watchdog(Collection<NamedInterpreter> interpreters, ScriptsConfig settings, LongSupplier served) {
        this.interpreters = interpreters;
        this.allowance = Allowance.ofThisMachine(settings.computingShare() / 100.0, served);
        this.collectorShare = settings.collectorShare() / 100.0;
        this.threadShare = settings.threadShare() / 100.0;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        Persistent.repeat("looking after scripts that compute", () -> {
            long last = System.nanoTime();
            Thread.sleep(busy ? TICK : CALM);
            watched.addAndGet(Math.min(System.nanoTime() - last, 2 * CALM.toNanos()));
            busy = false;
            for (NamedInterpreter interpreter : interpreters) {
                interpreter.instances().forEach(instance -> look(interpreter, instance));
            }
        });
    }

    private void look(NamedInterpreter interpreter, Instance instance) {
        interpreter.seeToSuccessor(instance);
        if (!instance.interpreter().isUsable()) {
            interpreter.replace(instance, "a script has ended it");
            return;
        }
        Carriers carriers = instance.interpreter().carriers();
        long now = System.nanoTime();
        for (Carriers.Stretch stretch : carriers.stretches()) {
            if (now - stretch.resumed() < SLICE.toNanos()) {
                continue;
            }
            busy = true;
            Optional<Thread> running = instance.interpreter().running(stretch);
            if (running.isEmpty()) {
                carriers.noteBlocked(stretch);
                continue;
            }
            carriers.noteComputing(stretch);
            Computation computation = computations.get(running.get());
            if (computation == null || computation.since != stretch.since()) {
                computation = new Computation(stretch.since());
                computations.put(running.get(), computation);
            }
            boolean asked = instance.isAsked(running.get());
            // What is to end is not to take longer for it.
            boolean isLong = computation.ended == 0 && now - stretch.since() >= LONG.toNanos();
            double share = isLong ? share(instance, asked) : 1;
            if (share < 1) {
                carriers.slow(stretch, share);
            }
            // Again at each look: it may be within what must not be interrupted.
            if (share < 1 || carriers.waiting(1) > 0) {
                instance.interpreter().preempt(running.get());
            }
            // That has deadlines of its own, and imports take long for the first time.
            if (!asked) {
                judge(interpreter, instance, running.get(), now, computation);
            }
        }
        look(carriers.started().repetition(), threadShare, now);
        look(carriers.failures().repetition(), 1, now);
        instance.interpreter().runningBeside().ifPresent(started -> lookBeside(interpreter, instance, started, now));
    }

    /**
     * Nothing need compute for long to take all that the machine has; what happens again and again tells together.
     *
     * @param most of a processor that it may take, even if the machine has more to give
     */
    private void look(Repetition repetition, double most, long now) {
        Repetition.Sum sum = repetition.sum();
        Reading before = readingsBefore.computeIfAbsent(repetition, _ -> new Reading(now, sum));
        long passed = now - before.at();
        long count = sum.count() - before.sum().count();
        if (passed >= (count > 0 ? COUNT : LONGEST_COUNT).toNanos()) {
            readingsBefore.put(repetition, new Reading(now, sum));
            long took = sum.took() - before.sum().took();
            double share = Math.min(most, allowance.share());
            // What is slowed takes its share, which must not look like too little to be slowed.
            boolean few = count == 0 || took <= Math.min(FEW, share / 2) * passed;
            repetition.slow(Duration.ofNanos(few ? 0 : Carrier.pause(took / count, share)));
        }
    }

    /** Nobody waits for the end of a thread that a script has started: it is slowed and named like others, and not ended. */
    private void lookBeside(NamedInterpreter interpreter, Instance instance, Thread started, long now) {
        busy = true;
        var computation = computations.get(started) instanceof Beside before && !before.hasWaited(watched.get())
                ? before
                : new Beside(now, processorTime(started), watched.get());
        computations.put(started, computation);
        computation.met = watched.get();
        Duration computed = Duration.ofNanos(processorTime(started) - computation.before);
        double share = computed.compareTo(LONG) >= 0 ? share(instance, false) : 1;
        if (share < 1 && watched.get() - computation.resumed >= SLICE.toNanos()) {
            instance.interpreter().suspend(started, () -> {
                instance.interpreter().carriers().started().pause(watched.get() - computation.resumed, share);
                computation.resumed = watched.get();
            });
        }
        nameOnce(instance, started, now, computed, interpreter.config().limits(), computation);
    }

    private static long processorTime(Thread thread) {
        return Math.max(0, THREADS.getThreadCpuTime(thread.threadId()));
    }

    /** Of the time, that something which has computed for long may go on to do so. */
    private double share(Instance instance, boolean asked) {
        Carriers carriers = instance.interpreter().carriers();
        Duration excess = stops.computeIfAbsent(
                        instance, _ -> new Stops(collectorShare, carriers.allocated(), readings))
                .excess(carriers::allocated);
        double share = asked ? 1 : allowance.share();
        boolean tooLong = excess.compareTo(asked ? STOPS_WHEN_ASKED : STOPS) > 0;
        return tooLong ? Math.min(share, LITTLE) : share;
    }

    private static void judge(
            NamedInterpreter interpreter, Instance instance, Thread running, long now, Computation computation) {
        InterpreterConfig.Limits limits = interpreter.config().limits();
        Duration computed = Duration.ofNanos(now - computation.since);
        nameOnce(instance, running, now, computed, limits, computation);
        if (computation.ended == 0 && isOver(computed, limits.callDeadline())) {
            computation.ended = now | 1;
            end(instance, running, limits.callDeadline());
        } else if (computation.ended != 0 && now - computation.ended > Instance.GRACE.toNanos()) {
            interpreter.replace(instance, who(instance, running) + " does not end");
        }
    }

    private static void nameOnce(
            Instance instance,
            Thread running,
            long now,
            Duration computed,
            InterpreterConfig.Limits limits,
            Computation computation) {
        boolean unnamed = !computation.named.get() && now - computation.asked >= AGAIN.toNanos();
        if (unnamed && isOver(computed, limits.slowWarning())) {
            computation.asked = now;
            name(instance, running, computed, computation);
        }
    }

    private static boolean isOver(Duration computed, Duration limit) {
        return !limit.isZero() && computed.compareTo(limit) >= 0;
    }

    private static void name(Instance instance, Thread running, Duration computed, Computation computation) {
        String who = who(instance, running);
        int others = instance.interpreter().carriers().waiting(COUNTED);
        Consumer<String> warn = where -> {
            if (computation.named.compareAndSet(false, true)) {
                LOG.warn(
                        "{} has computed for {} ms without waiting, and {} other handlers of {} wait for their"
                                + " turn (slow-warning). It is {}",
                        who,
                        computed.toMillis(),
                        others,
                        instance,
                        where);
            }
        };
        if (++computation.tries > TRIES) {
            warn.accept("within the interpreter's own code");
        } else {
            instance.interpreter().explain(running, stack -> warn.accept("at:\n" + stack));
        }
    }

    private static void end(Instance instance, Thread running, Duration deadline) {
        LOG.error(
                "{} has computed for {} s without waiting; its call is ended (call-deadline)",
                who(instance, running),
                deadline.toSeconds());
        instance.leaseOf(running).ifPresent(lease -> lease.fail("the handler took too long"));
        instance.interpreter().end(running, "computed for " + deadline.toSeconds() + " s (call-deadline)");
    }

    private static String who(Instance instance, Thread running) {
        return instance.leaseOf(running)
                .map(Lease::toString)
                .or(() -> instance.interpreter().script(running))
                .orElseGet(() -> "a thread of " + instance + " (" + running.getName() + ")");
    }
}
