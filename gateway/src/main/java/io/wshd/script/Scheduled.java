package io.wshd.script;

import java.lang.reflect.Constructor;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Virtual threads with a scheduler of one's own. The JDK has no public way to choose it yet; this uses the constructor that
 * its own tests use, which needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}. Without that flag the threads share
 * the JDK's scheduler: everything works, but interpreters can hold each other up.
 */
final class Scheduled {

    private static final Logger LOG = LoggerFactory.getLogger(Scheduled.class);

    private Scheduled() {}

    /** A builder of threads that are run by {@code scheduler}. */
    static Thread.Builder.OfVirtual virtual(Executor scheduler) {
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
