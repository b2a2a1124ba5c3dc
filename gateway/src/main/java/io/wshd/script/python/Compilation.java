package io.wshd.script.python;

import com.oracle.graal.python.builtins.objects.function.PFunction;
import com.oracle.graal.python.runtime.PythonContext;
import com.oracle.truffle.api.TruffleLanguage.Env;
import com.oracle.truffle.runtime.OptimizedCallTarget;
import io.wshd.script.ScriptEngine;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has functions compiled sooner than Truffle would: those of a script, or the gateway's own around all scripts of an
 * interpreter. Truffle counts calls, but a handler is called once for each connection and then goes round its loop: the
 * first thousands of connections would run interpreted, each of them for as long as it lasts. There is no public API for
 * this; without a compiler nothing happens.
 */
final class Compilation {

    /** So many messages of one connection, or so many connections, are worth the compiler's time. */
    static final int MESSAGES = 256;

    static final int CONNECTIONS = 64;

    /**
     * Between two looks, in nanoseconds; twice as long after each that had something compiled, up to the most. Truffle gives a
     * function up that it has compiled a hundred times.
     */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(8);

    private final Context context;
    private final Supplier<List<Value>> functions;
    private final Logger log;

    /** Of what is around a script; null if this is it. */
    private final Compilation around;

    private final boolean possible = ScriptEngine.compiles();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong next = new AtomicLong(System.nanoTime());
    private volatile boolean busy;
    private volatile long pause = PAUSE;

    private Compilation(Context context, Supplier<List<Value>> functions, Logger log, Compilation around) {
        this.context = context;
        this.functions = functions;
        this.log = log;
        this.around = around;
    }

    /** Of the gateway's own functions in an interpreter. */
    static Compilation ofInterpreter(Context context, PythonGlue glue) {
        return new Compilation(context, glue::ownFunctions, LoggerFactory.getLogger(Compilation.class), null);
    }

    /**
     * Of the functions of a script, which tells this one of each connection and message as well.
     *
     * @param itsLog the script's
     */
    Compilation ofScript(Supplier<List<Value>> itsFunctions, Logger itsLog) {
        return new Compilation(context, itsFunctions, itsLog, this);
    }

    /** A connection has had so many messages. Any thread. */
    void count(int messages) {
        if (messages >= MESSAGES && !busy) {
            busy = true;
            if (around != null) {
                around.busy = true;
            }
        }
    }

    /** The handler is about to be called for a connection. Does not wait for the compiler, nor does it throw. */
    void beforeCall() {
        connections.incrementAndGet();
        look();
        if (around != null) {
            around.beforeCall();
        }
    }

    /**
     * The handler has come to its end for a connection, maybe on a way that the compiler had not seen before: what is compiled
     * ends with that. Else as {@link #beforeCall}.
     */
    void afterCall() {
        look();
        if (around != null) {
            around.look();
        }
    }

    private void look() {
        if (possible && (connections.get() >= CONNECTIONS || busy)) {
            long now = System.nanoTime();
            long due = next.get();
            if (now - due >= 0 && next.compareAndSet(due, now + pause)) {
                if (compile()) {
                    pause = Math.min(2 * pause, LONGEST_PAUSE);
                    next.set(now + pause);
                }
            }
        }
    }

    /**
     * Asks for each function that was called and is not compiled: quickly first, since the compiler has to be compiled itself
     * while the first clients come; thoroughly the next time. Returns whether there was one.
     */
    private boolean compile() {
        boolean asked = false;
        try {
            context.enter();
            try {
                Env env = PythonContext.get(null).getEnv();
                for (Value each : functions.get()) {
                    if (env.asGuestValue(each) instanceof PFunction function
                            && function.getCallTarget() instanceof OptimizedCallTarget target
                            && target.getCallCount() > 0
                            && !target.isValidLastTier()
                            && !target.isSubmittedForCompilation()) {
                        boolean thoroughly = target.isValid();
                        log.debug("{} is to be compiled{}", function.getName(), thoroughly ? " thoroughly" : "");
                        var _ = target.compile(thoroughly);
                        asked = true;
                    }
                }
            } finally {
                context.leave();
            }
        } catch (PolyglotException | IllegalStateException e) {
            log.debug("the interpreter ended meanwhile", e);
        }
        return asked;
    }
}
