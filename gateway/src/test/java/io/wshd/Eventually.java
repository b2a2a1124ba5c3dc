package io.wshd;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits for a condition instead of for a time. */
public final class Eventually {

    private Eventually() {}

    /** Repeats assertions until they hold; after ten seconds the last failure counts. */
    public static void eventually(ThrowingCallable assertions) throws Throwable {
        var deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            try {
                assertions.call();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
        }
    }
}
