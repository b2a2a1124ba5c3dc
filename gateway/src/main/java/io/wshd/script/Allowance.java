package io.wshd.script;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How much of the time a handler that computes for long may do so: all of it, unless the machine has no more to give and
 * the gateway has clients to serve. Without that, its files and proxies would lose to the handler whatever share of the
 * processors the operating system gives it. That the JVM compiles does not count: it does most of that while handlers run
 * for the first time, which would take several times as long. For one thread.
 */
final class Allowance {

    /** What the machine says of itself. */
    interface Readings {

        /** Nanoseconds, from any moment on. */
        long now();

        /** Of all processors since the last call, by whatever process: from 0 to 1, or negative if that is unknown. */
        double load();

        /** Nanoseconds of processor time that the gateway's I/O threads have used so far. */
        long served();
    }

    /** Between two readings, in nanoseconds. */
    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(100);

    /** Without one, after which nothing has computed for a while; what computes may pause for a second meanwhile. */
    private static final long A_WHILE = 20 * PERIOD;

    /** The machine has no more to give above this load, and has again below the other. */
    private static final double FULL = 0.9;

    private static final double FREE = 0.75;

    /** Processors that the I/O threads use at least when they are busy. */
    private static final double BUSY = 0.15;

    private final double least;
    private final Readings readings;
    private double share = 1;
    private long at;
    private long served;

    /**
     * @param least share that it is left with, more than 0, at most 1
     */
    Allowance(double least, Readings readings) {
        this.least = least;
        this.readings = readings;
        this.at = readings.now();
    }

    /**
     * @param served nanoseconds of processor time that the gateway's I/O threads have used so far
     */
    static Allowance ofThisMachine(double least, LongSupplier served) {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Allowance(least, new Readings() {
            @Override
            public long now() {
                return System.nanoTime();
            }

            @Override
            public double load() {
                return system.getCpuLoad();
            }

            @Override
            public long served() {
                return served.getAsLong();
            }
        });
    }

    /** The share by now; to be asked again and again while something computes. */
    double share() {
        long now = readings.now();
        long passed = now - at;
        if (least >= 1 || passed < PERIOD) {
            return share;
        }
        at = now;
        long before = served;
        served = readings.served();
        double load = readings.load();
        int periods = (int) Math.min(passed / PERIOD, A_WHILE / PERIOD);
        if (passed > A_WHILE) {
            // This tells of another time.
            share = 1;
        } else if (load < FREE || served - before <= BUSY * passed) {
            share = Math.min(1, Math.scalb(share, periods));
        } else if (load > FULL) {
            share = Math.max(least, Math.scalb(share, -periods));
        }
        return share;
    }
}
