package io.wshd;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition instead of for a time. */
public final class Eventually {

    /** Assertions, and what they need to find out. */
    @FunctionalInterface
    public interface Check {
        void run() throws Exception;
    }

    private Eventually() {}

    /** Repeats a check until it passes; after ten seconds the last failure counts. */
    public static void eventually(Check check) throws Exception {
        eventually(Duration.ofSeconds(10), check);
    }

    /** Repeats a check until it passes; in the end the last failure counts. */
    public static void eventually(Duration atMost, Check check) throws Exception {
        var deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            try {
                check.run();
                return;
            } catch (AssertionError | Exception e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
        }
    }
}
