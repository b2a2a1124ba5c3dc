package io.wshd.script.python;

import com.oracle.graal.python.nodes.PRaiseNode;
import com.oracle.graal.python.nodes.PRootNode;
import com.oracle.graal.python.runtime.GilNode;
import com.oracle.graal.python.runtime.PythonContext;
import com.oracle.truffle.api.ThreadLocalAction;
import com.oracle.truffle.api.nodes.RootNode;
import com.oracle.truffle.api.source.Source;
import io.wshd.script.Carriers;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.graalvm.polyglot.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a Python interpreter, as the watchdog deals with them: which holds the interpreter's lock, and how it is
 * made to give way or to end. GraalPy does the same by the same means, for its own hand-over of the lock and for
 * {@code PyThreadState_SetAsyncExc}, but has no public API for it; hence in this one place, and covered by tests.
 */
final class PythonThreads {

    private static final Logger LOG = LoggerFactory.getLogger(PythonThreads.class);

    private static final MethodHandle OWNER = owner();

    /** Tries to get the lock back before a thread pauses between them, and how long, in nanoseconds. */
    private static final int YIELDS = 100;

    private static final long PAUSE = 1_000_000;

    private final PythonContext python;
    private final ReentrantLock lock;
    private final Carriers carriers;

    /** On a thread that is inside the interpreter. */
    PythonThreads(Carriers carriers) {
        this.python = PythonContext.get(null);
        this.lock = lock(python);
        this.carriers = carriers;
    }

    /**
     * Starts the language of regular expressions, which otherwise the first of them would do. All threads have to meet
     * for it, and one that waits for Python's import lock never comes: importing scripts have been seen to stand still
     * for good. To be called while there is one thread; inside the interpreter.
     */
    void startRegularExpressions() {
        var _ = python.getEnv()
                .parseInternal(Source.newBuilder("regex", "/x/", "start")
                        .internal(true)
                        .build());
    }

    /** The thread that holds the lock. */
    Optional<Thread> running() {
        if (OWNER == null) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable((Thread) OWNER.invokeExact(python));
        } catch (Throwable e) {
            throw new IllegalStateException("GraalPy's lock has no owner to ask for", e);
        }
    }

    /** Has a thread release the lock and its carrier for a moment. */
    void preempt(Thread thread) {
        submit(thread, access -> {
            // Not in the middle of the interpreter's own library.
            if (lock != null && isScripts(access.getLocation().getRootNode())) {
                GilNode gil = GilNode.getUncached();
                if (gil.tryRelease()) {
                    try {
                        carriers.giveWay();
                    } finally {
                        acquire();
                    }
                }
            }
        });
    }

    /**
     * Takes the lock back, without a place in its queue: it is a fair lock, and a thread that cannot leave its carrier (one
     * that was interrupted in compiled code) would wait for those before it, which need that carrier, for ever.
     */
    @SuppressWarnings("ThreadPriorityCheck") // The owner may need this carrier.
    private void acquire() {
        int tries = 0;
        while (!lock.tryLock()) {
            if (++tries < YIELDS) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    /** Runs something on a thread, between two steps of a script that it runs; not within the interpreter's own library. */
    void interject(Thread thread, Runnable action) {
        submit(thread, access -> {
            if (isScripts(access.getLocation().getRootNode())) {
                action.run();
            }
        });
    }

    /**
     * Ends what a thread runs by an exception.
     *
     * @param exception makes it, on that thread
     */
    void end(Thread thread, Supplier<Value> exception) {
        submit(thread, access -> {
            Object raised = python.getEnv().asGuestValue(exception.get());
            throw PRaiseNode.raiseExceptionObjectStatic(null, raised);
        });
    }

    private void submit(Thread thread, Consumer<ThreadLocalAction.Access> action) {
        var _ = python.getEnv().submitThreadLocal(new Thread[] {thread}, new ThreadLocalAction(true, false) {
            @Override
            protected void perform(Access access) {
                action.accept(access);
            }
        });
    }

    private static boolean isScripts(RootNode root) {
        return root instanceof PRootNode && !root.isInternal();
    }

    private static ReentrantLock lock(PythonContext python) {
        try {
            Field field = PythonContext.class.getDeclaredField("globalInterpreterLock");
            field.setAccessible(true);
            return (ReentrantLock) field.get(python);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("this GraalPy does not give its lock ({}): handlers cannot be made to take turns", e.toString());
            return null;
        }
    }

    private static MethodHandle owner() {
        try {
            Method method = PythonContext.class.getDeclaredMethod("getGilOwner");
            method.setAccessible(true);
            return MethodHandles.lookup().unreflect(method);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn(
                    "this GraalPy does not tell who computes ({}): handlers cannot be made to take turns",
                    e.toString());
            return null;
        }
    }
}
