package io.wshd.script.python;

import com.oracle.graal.python.runtime.AsyncHandler;
import com.oracle.graal.python.runtime.GilNode;
import com.oracle.graal.python.runtime.PythonContext;
import com.oracle.truffle.api.ThreadLocalAction;
import io.wshd.script.Carriers;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of a Python interpreter, and how threads that compute take turns with it.
 *
 * <p>GraalPy by itself has the owner release the lock every 50 ms and queue for it again, in the first interpreter of a
 * process; in others a thread that computes keeps the lock. With virtual threads the former is a trap: one that is
 * interrupted in compiled code cannot leave its carrier, so in the queue it keeps the carrier that those before it need,
 * and the interpreter stands still for ever. Here a virtual thread takes the lock back without a place in the queue.
 *
 * <p>There is no public API for this. Where GraalPy is not as expected, the log tells, and its own way remains.
 */
final class GlobalLock {

    private static final Logger LOG = LoggerFactory.getLogger(GlobalLock.class);

    private static final MethodHandle OWNER = ownerGetter();

    /** How long its owner keeps it while others wait for it, in milliseconds. */
    private static final long SLICE = 10;

    /** Tries to get the lock back before a thread pauses between them. */
    private static final int YIELDS = 100;

    /** Of a thread outside the queue, in nanoseconds. */
    private static final long PAUSE = 1_000_000;

    /** How often, for how many nanoseconds each, a thread leaves the free lock to those in the queue. */
    private static final int COURTESIES = 10;

    private static final long COURTESY = 100_000;

    private final PythonContext python;
    private final Carriers carriers;
    private final ReentrantLock lock;

    /** Threads that wait for the lock outside its queue. */
    private final AtomicInteger outside = new AtomicInteger();

    /** Who was asked last to hand over, and what came of it. */
    private Thread asked;

    private Future<Void> asking = CompletableFuture.completedFuture(null);

    /** On a thread that is inside the interpreter, before any other was. */
    GlobalLock(PythonContext python, Carriers carriers) {
        this.python = python;
        this.carriers = carriers;
        this.lock = OWNER == null ? null : lockOf(python);
        if (lock != null) {
            replaceHandOver();
        }
    }

    /** The thread that holds the lock. Any thread. */
    Optional<Thread> owner() {
        if (OWNER == null) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable((Thread) OWNER.invokeExact(python));
        } catch (Throwable e) {
            throw new IllegalStateException("GraalPy's lock has no owner to ask for", e);
        }
    }

    /** Has a thread release the lock, and its carrier, for a moment; not in the middle of the interpreter's own library. */
    Future<Void> preempt(Thread thread) {
        return Interjection.submit(python, thread, access -> {
            if (lock != null && Interjection.isScripts(access)) {
                takeTurns(access);
            }
        });
    }

    /** Has a thread, no virtual one, release the lock while it does something else. */
    void suspend(Thread thread, Runnable meanwhile) {
        var _ = Interjection.submit(python, thread, access -> {
            GilNode gil = GilNode.getUncached();
            if (lock != null && Interjection.isScripts(access) && gil.tryRelease()) {
                try {
                    meanwhile.run();
                } finally {
                    gil.acquire(python, access.getLocation());
                }
            }
        });
    }

    private void takeTurns(ThreadLocalAction.Access access) {
        GilNode gil = GilNode.getUncached();
        if (!gil.tryRelease()) {
            return;
        }
        if (Thread.currentThread().isVirtual()) {
            try {
                carriers.giveWay();
            } finally {
                acquire();
            }
        } else {
            if (outside.get() > 0) {
                LockSupport.parkNanos(2 * PAUSE);
            }
            gil.acquire(python, access.getLocation());
        }
    }

    /** Takes the lock back, outside its queue. */
    @SuppressWarnings("ThreadPriorityCheck") // The owner may need this carrier.
    private void acquire() {
        outside.incrementAndGet();
        try {
            // Those in the queue come first. But they may need this carrier.
            for (int i = 0; i < COURTESIES && lock.hasQueuedThreads() && !lock.isLocked(); i++) {
                LockSupport.parkNanos(COURTESY);
            }
            for (int tries = 1; !lock.tryLock(); tries++) {
                if (tries < YIELDS) {
                    Thread.yield();
                } else {
                    // Where this one cannot leave its carrier the owner needs another.
                    carriers.makeUp();
                    LockSupport.parkNanos(PAUSE);
                }
            }
        } finally {
            outside.decrementAndGet();
        }
    }

    private boolean isWanted() {
        return lock.hasQueuedThreads() || outside.get() > 0;
    }

    /** Has the owner hand the lock over if others wait for it: what GraalPy is to do instead of its own. */
    private void handOver() {
        try {
            Thread owner = owner().orElse(null);
            // One that was asked and waits for something else since then answers when it goes on.
            if (owner != null && isWanted() && (owner != asked || asking.isDone())) {
                asked = owner;
                asking = preempt(owner);
            }
        } catch (RuntimeException e) {
            // A failure would end the repetition.
            LOG.debug("no hand-over", e);
        }
    }

    private void replaceHandOver() {
        try {
            Class<?> other = Class.forName(AsyncHandler.class.getName() + "$GilReleaseScheduler");
            Field field = AsyncHandler.class.getDeclaredField("executorService");
            field.setAccessible(true);
            var timer = (ScheduledExecutorService) field.get(python.getAsyncHandler());
            // It would be started with the second thread of the first interpreter, and for no other interpreter.
            InvocationHandler replacing = (_, method, arguments) -> {
                if (arguments != null && other.isInstance(arguments[0])) {
                    return null;
                }
                try {
                    return method.invoke(timer, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            };
            field.set(
                    python.getAsyncHandler(),
                    Proxy.newProxyInstance(
                            getClass().getClassLoader(), new Class<?>[] {ScheduledExecutorService.class}, replacing));
            var _ = timer.scheduleWithFixedDelay(this::handOver, SLICE, SLICE, TimeUnit.MILLISECONDS);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("this GraalPy hands its lock over by itself ({}): it may stand still under load", e.toString());
        }
    }

    private static ReentrantLock lockOf(PythonContext python) {
        try {
            Field field = PythonContext.class.getDeclaredField("globalInterpreterLock");
            field.setAccessible(true);
            return (ReentrantLock) field.get(python);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("this GraalPy does not give its lock ({}): handlers cannot be made to take turns", e.toString());
            return null;
        }
    }

    private static MethodHandle ownerGetter() {
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
