package io.wshd.script;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of an interpreter, and the connections that it has. Thread-safe. */
final class Instance {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    /** For a script that was told to end; then its interpreter is given up. */
    static final Duration GRACE = Duration.ofSeconds(2);

    /** Bytes that may wait for a connection which it makes itself. */
    private static final long REHEARSED = 1 << 16;

    /** How often, and how long after one another, it is tried to end an interpreter that has used up all memory. */
    private static final int TRIES = 100;

    private static final Duration AGAIN = Duration.ofMillis(100);

    private final String name;
    private final Interpreter interpreter;
    private final Set<Lease> leases = ConcurrentHashMap.newKeySet();

    /** Threads that do what the gateway asks of the interpreter, which has bounds of its own: loading above all. */
    private final Set<Thread> asked = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean givenUp = new AtomicBoolean();

    /** Whether somebody puts another one in its place, or has. */
    private final AtomicBoolean succession = new AtomicBoolean();

    /** Before which nobody is to try that, as {@link System#nanoTime} tells it. */
    private volatile long notBefore = System.nanoTime();

    private volatile boolean stuck;

    /** What ends it; null before. */
    private Thread end;

    /**
     * @param name for people: {@code Python "main"}
     */
    Instance(String name, Interpreter interpreter) {
        this.name = name;
        this.interpreter = interpreter;
    }

    Interpreter interpreter() {
        return interpreter;
    }

    void add(Lease lease) {
        leases.add(lease);
    }

    void remove(Lease lease) {
        leases.remove(lease);
    }

    int connections() {
        return leases.size();
    }

    /** The connection that a thread serves. */
    Optional<Lease> leaseOf(Thread thread) {
        return leases.stream().filter(lease -> lease.isServedBy(thread)).findFirst();
    }

    /** Whether it takes no new connections, and another will stand in for it. */
    boolean isBroken() {
        return givenUp.get() || stuck || !interpreter.isUsable();
    }

    /** Whether a thread does what the gateway asks, rather than serve a client. */
    boolean isAsked(Thread thread) {
        return asked.contains(thread);
    }

    /** Whether a script does not stop loading. */
    boolean isStuck() {
        return stuck;
    }

    /** Starts the interpreter. Blocks for seconds. */
    void start() {
        long start = System.nanoTime();
        interpreter.start();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        LOG.info("{} interpreter started in {} ms, scripts are {}", name, millis, ScriptEngine.mode());
    }

    /**
     * Loads a version on a thread of the interpreter, where it takes turns with handlers. Blocks, up to the deadline.
     *
     * @throws ScriptException with a message for the script's author
     */
    Handler load(ScriptSource source, ScriptServices services, Duration deadline)
            throws ScriptException, InterruptedException {
        var result = new CompletableFuture<Handler>();
        Thread thread = run(result, () -> interpreter.load(source, services));
        try {
            return await(result, deadline);
        } catch (TimeoutException e) {
            interpreter.end(thread, "not loaded within " + deadline.toSeconds() + " s");
            // It may wait in the gateway's own code, where no error of the script's can reach it.
            thread.interrupt();
            try {
                await(result, GRACE).close();
            } catch (TimeoutException refused) {
                var _ = result.thenAccept(Handler::close);
                stuck = true;
            } catch (ScriptException ended) {
                LOG.debug("{}: ended", source.name(), ended);
            }
            throw new ScriptException(
                    source.name() + ": not loaded within " + deadline.toSeconds()
                            + " s (scripts.load-deadline). It waits or computes at its top level; a hook is the place"
                            + " for that.",
                    e);
        }
    }

    /** Has the interpreter forget what was made of files. Blocks, bounded. */
    void forget(Set<Path> changed) throws InterruptedException {
        var result = new CompletableFuture<Void>();
        run(result, () -> {
            interpreter.forget(changed);
            return null;
        });
        try {
            await(result, GRACE);
        } catch (TimeoutException | ScriptException e) {
            LOG.warn("{}: could not forget {}", name, changed, e);
        }
    }

    /** Has its first connections made by somebody else than clients, unless that takes too long. Blocks, bounded. */
    void rehearse(Rehearsal rehearsal) throws InterruptedException {
        List<ScriptSource> sources = new ArrayList<>();
        attempt(() -> sources.addAll(interpreter.rehearsals()));
        for (ScriptSource source : sources) {
            var services = new ScriptServices(
                    source.name(), name, new Connections(source.name(), REHEARSED), List.of(), Map.of());
            // Not as scripts are loaded: one of these that has to wait is no reason to give the interpreter up.
            var loaded = new CompletableFuture<Handler>();
            run(loaded, () -> interpreter.load(source, services));
            try {
                Handler handler = await(loaded, GRACE);
                rehearsal.run(handler, this::thread);
            } catch (TimeoutException | ScriptException | IOException e) {
                LOG.debug("{}: the first connections are left to clients", name, e);
                return;
            } finally {
                var _ = loaded.thenAccept(Handler::close);
            }
        }
    }

    /** What its first connections would otherwise wait for, in steps; each blocks, bounded. */
    List<Loader.Task> warmUp() throws InterruptedException {
        List<Loader.Task> steps = new ArrayList<>();
        attempt(() -> interpreter.warmUp().forEach(step -> steps.add(() -> attempt(step))));
        return steps;
    }

    private void attempt(Runnable step) throws InterruptedException {
        if (isBroken()) {
            return;
        }
        var result = new CompletableFuture<Void>();
        run(result, () -> {
            step.run();
            return null;
        });
        try {
            await(result, GRACE);
        } catch (TimeoutException | ScriptException e) {
            LOG.debug("{}: not warm", name, e);
        }
    }

    private interface Step<T> {
        T take() throws Exception;
    }

    private <T> Thread run(CompletableFuture<T> result, Step<T> step) {
        Thread thread = thread(() -> {
            try {
                result.complete(step.take());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.start();
        return thread;
    }

    private Thread thread(Runnable task) {
        Thread thread = interpreter.carriers().threads().newThread(() -> {
            try {
                task.run();
            } finally {
                asked.remove(Thread.currentThread());
            }
        });
        asked.add(thread);
        return thread;
    }

    private <T> T await(CompletableFuture<T> result, Duration atMost)
            throws ScriptException, InterruptedException, TimeoutException {
        try {
            return result.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ScriptException failure -> throw failure;
                case InterruptedException interrupted -> throw new ScriptException("interrupted", interrupted);
                case Throwable cause -> {
                    if (!givenUp.get()) {
                        LOG.error("the {} interpreter failed", name, cause);
                    }
                    throw new ScriptException("the " + name + " interpreter failed: " + cause, cause);
                }
            }
        }
    }

    /**
     * Takes no new connections from now on, and has those that there are closed. Does not block.
     *
     * @return false if that was done before
     */
    boolean giveUp(String why) {
        if (!givenUp.compareAndSet(false, true)) {
            return false;
        }
        LOG.error("{} is replaced: {}. Its {} connections are closed with 1012.", name, why, leases.size());
        leases.forEach(lease -> lease.restart("the interpreter is restarted"));
        return true;
    }

    /** Whether it was given up, and the caller is to put another one in its place. Needs no memory. */
    boolean beginSuccession() {
        return givenUp.get() && System.nanoTime() - notBefore >= 0 && succession.compareAndSet(false, true);
    }

    /** It could not be done, for this one or because of it, and is to be tried again after a while. Needs no memory. */
    void failSuccession(Duration pause) {
        givenUp.set(true);
        notBefore = System.nanoTime() + pause.toNanos();
        succession.set(false);
    }

    /** Gives back what connections hold that may never end, for a script that does not. */
    void release() {
        leases.forEach(Lease::close);
    }

    /**
     * Ends the interpreter on a thread of its own: a script may refuse for ever. Does not block.
     *
     * @return that thread
     */
    synchronized Thread close() {
        givenUp.set(true);
        if (end == null) {
            end = Thread.ofPlatform().daemon().name("end-of-" + name).start(this::end);
        }
        return end;
    }

    private void end() {
        try {
            for (int tries = 1; !hasEnded(tries); tries++) {
                Thread.sleep(AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it has, or cannot be ended. */
    private boolean hasEnded(int tries) {
        try {
            interpreter.close();
        } catch (RuntimeException | OutOfMemoryError e) {
            if (tries < TRIES) {
                return false;
            }
            LOG.error("{} cannot be ended", name, e);
        }
        interpreter.carriers().close();
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
