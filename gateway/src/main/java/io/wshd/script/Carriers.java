package io.wshd.script;

import java.lang.reflect.Constructor;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Virtual threads that are run by a few platform threads of their own, their carriers, so that a script that computes
 * holds up neither another interpreter nor the gateway.
 *
 * <p>Measured with Python handlers: one carrier for an interpreter gives one and a half times the throughput of two,
 * because a second one mostly fights for the interpreter's lock.
 *
 * <p>A virtual thread gives its carrier back only when it waits: a handler that computes holds up the others of its
 * interpreter until it does.
 *
 * <p>The JDK has no public way to choose a virtual thread's scheduler yet; this uses the constructor that its own tests
 * use, which needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}. Without that flag the threads share the JDK's
 * scheduler: everything works, but interpreters can hold each other up.
 */
public final class Carriers {

    private static final Logger LOG = LoggerFactory.getLogger(Carriers.class);

    private final ThreadFactory threads;

    /**
     * @param name of the interpreter, for thread dumps
     * @param count of carriers, at least 1
     */
    public Carriers(String name, int count) {
        // Never shut down: a thread that still waits could not be woken. Idle carriers end by themselves.
        ForkJoinPool carriers = new ForkJoinPool(
                count,
                pool -> named(name, pool),
                (thread, error) -> LOG.error("{} failed", thread.getName(), error),
                true,
                0,
                count,
                1,
                null,
                30,
                TimeUnit.SECONDS);
        this.threads = builder(carriers).name(name).factory();
    }

    /** Makes unstarted virtual threads that run on these carriers. */
    public ThreadFactory threads() {
        return threads;
    }

    private static ForkJoinWorkerThread named(String name, ForkJoinPool pool) {
        ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName("carrier-" + name + "-" + thread.getPoolIndex());
        return thread;
    }

    private static Thread.Builder.OfVirtual builder(Executor scheduler) {
        try {
            Constructor<?> constructor = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return (Thread.Builder.OfVirtual) constructor.newInstance(scheduler);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn(
                    "this JDK gives interpreters no threads of their own ({}); they may hold each other up",
                    e.toString());
            return Thread.ofVirtual();
        }
    }
}
