package io.wshd.script;

import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * For how long the collector stops everybody because of the scripts of one interpreter, and whether that is more than they
 * may have: a share of the time, and something in advance. There is one heap for all, so without that a script that keeps
 * whatever it makes would stop the gateway for a third of the time.
 *
 * <p>Whose fault a stop is nobody knows. It is divided by what each has allocated since the last one. For one thread.
 */
final class Stops {

    /** What the JVM says of itself, since its start. */
    interface Readings {

        /** Nanoseconds, from any moment on. */
        long now();

        /** Nanoseconds for which the collector has stopped all threads. */
        long stopped();

        /** Bytes that all threads have allocated. */
        long allocated();
    }

    /** Between two readings, in nanoseconds. */
    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(100);

    private final double most;
    private final Readings readings;
    private long at;
    private long stopped;
    private long allocated;
    private long own;

    /** Nanoseconds beyond the share. */
    private double excess;

    /**
     * @param most of the time that these stops may take, more than 0, at most 1
     * @param own bytes that the scripts have allocated so far
     */
    Stops(double most, long own, Readings readings) {
        this.most = most;
        this.readings = readings;
        this.own = own;
        this.at = readings.now();
        this.stopped = readings.stopped();
        this.allocated = readings.allocated();
    }

    /**
     * How much more time the stops have taken than is their share. To be asked again and again while something computes.
     *
     * @param scripts bytes that they have allocated so far; read once in a while
     */
    Duration excess(LongSupplier scripts) {
        long now = readings.now();
        if (now - at >= PERIOD) {
            long stoppedNow = readings.stopped();
            long allocatedNow = readings.allocated();
            long ownNow = scripts.getAsLong();
            double part = Math.clamp((double) (ownNow - own) / Math.max(1, allocatedNow - allocated), 0, 1);
            excess = Math.max(0, excess + part * (stoppedNow - stopped) - most * (now - at));
            at = now;
            own = ownNow;
            stopped = stoppedNow;
            allocated = allocatedNow;
        }
        return Duration.ofNanos(Math.round(excess));
    }

    /** Of this JVM. */
    static Readings ofThisMachine() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // What goes on beside everybody else is called a cycle by those collectors that count it at all.
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> !collector.getName().endsWith("Cycles"))
                .toList();
        return new Readings() {
            @Override
            public long now() {
                return System.nanoTime();
            }

            @Override
            public long stopped() {
                return TimeUnit.MILLISECONDS.toNanos(collectors.stream()
                        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                        .sum());
            }

            @Override
            public long allocated() {
                return threads.getTotalThreadAllocatedBytes();
            }
        };
    }
}
