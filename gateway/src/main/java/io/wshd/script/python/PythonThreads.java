package io.wshd.script.python;

import com.oracle.graal.python.nodes.PRaiseNode;
import com.oracle.graal.python.runtime.PythonContext;
import com.oracle.truffle.api.source.Source;
import io.wshd.script.Carriers;
import java.util.Optional;
import java.util.function.Supplier;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a Python interpreter, as the watchdog deals with them: which holds the interpreter's lock, and how it is
 * made to give way or to end. GraalPy does the same by the same means, for its own hand-over of the lock and for
 * {@code PyThreadState_SetAsyncExc}, but has no public API for it; hence here and in {@link GlobalLock} only, and covered
 * by tests.
 */
final class PythonThreads {

    private static final Logger LOG = LoggerFactory.getLogger(PythonThreads.class);

    private final PythonContext python;
    private final GlobalLock lock;

    /** On a thread that is inside the interpreter, before any other was. */
    PythonThreads(Carriers carriers) {
        this.python = PythonContext.get(null);
        this.lock = new GlobalLock(python, carriers);
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
        return lock.owner();
    }

    /** Has a thread release the lock and its carrier for a moment. */
    void preempt(Thread thread) {
        var _ = lock.preempt(thread);
    }

    /** Has a thread that a script has started release the lock while it does something else. */
    void suspend(Thread thread, Runnable meanwhile) {
        lock.suspend(thread, meanwhile);
    }

    /**
     * Runs something on a thread, between two steps of a script that it runs; not within the interpreter's own library. If
     * it fails, nothing happens: the script must not be harmed by it.
     */
    void interject(Thread thread, Runnable action) {
        var _ = Interjection.submit(python, thread, access -> {
            if (Interjection.isScripts(access)) {
                try {
                    action.run();
                } catch (PolyglotException e) {
                    if (e.isCancelled() || e.isExit()) {
                        throw e;
                    }
                    LOG.debug("what was interjected has failed", e);
                }
            }
        });
    }

    /**
     * Ends what a thread runs by an exception.
     *
     * @param exception makes it, on that thread
     */
    void end(Thread thread, Supplier<Value> exception) {
        var _ = Interjection.submit(python, thread, _ -> {
            Object raised = python.getEnv().asGuestValue(exception.get());
            throw PRaiseNode.raiseExceptionObjectStatic(null, raised);
        });
    }
}
