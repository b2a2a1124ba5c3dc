package io.wshd.script;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One script file and its newest valid version. A version that fails to load is reported and changes nothing.
 *
 * <p>Its versions change on the loader's thread only; all else may be called by any thread.
 */
public final class Script {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    private final Path file;
    private final String name;
    private final Language language;
    private final NamedInterpreter interpreter;
    private final ScriptServices services;

    private final AtomicBoolean hurried = new AtomicBoolean();

    /** Held for moments only, by those who wait for a version and by the loader. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();

    /** Whether the first attempt to load has ended, well or not. Guarded by the lock. */
    private boolean attempted;

    private volatile Deployment newest;

    /** Older versions that still have connections. */
    private final List<Deployment> draining = new CopyOnWriteArrayList<>();

    private volatile ScriptStatus.Failure failure;

    /** What the last attempt to load has read, besides the script itself, if it failed. */
    private volatile Imports missed;

    // The loader's thread only.
    private String seen = "";
    private int versions;

    /**
     * @param file the real path
     * @param services what its versions may ask of the gateway; has its name
     */
    Script(Path file, Language language, NamedInterpreter interpreter, ScriptServices services) {
        this.file = file;
        this.name = services.script();
        this.services = services;
        this.language = language;
        this.interpreter = interpreter;
    }

    public String name() {
        return name;
    }

    NamedInterpreter interpreter() {
        return interpreter;
    }

    ScriptServices services() {
        return services;
    }

    Path file() {
        return file;
    }

    /** What was read by the last attempt to load it, besides the script itself; by each instance, if it succeeded. */
    List<Imports> imports() {
        Imports failed = missed;
        Deployment serving = newest;
        return failed != null ? List.of(failed) : serving == null ? List.of() : serving.imports();
    }

    /**
     * A place for one connection, in the instance of the interpreter that has the fewest. Does not block.
     *
     * @return empty when the interpreter has as many as it may
     */
    public Optional<Lease> lease() {
        return interpreter.lease(this);
    }

    /** What is known of it. */
    public ScriptStatus status() {
        Deployment serving = newest;
        return new ScriptStatus(
                name,
                interpreter.name(),
                language,
                Optional.ofNullable(serving).map(Script::status),
                draining.stream().map(Script::status).toList(),
                Optional.ofNullable(failure));
    }

    private static ScriptStatus.Version status(Deployment deployment) {
        return new ScriptStatus.Version(
                deployment.version(),
                deployment.source().hash(),
                deployment.since(),
                deployment.loaded(),
                deployment.leases().size());
    }

    /** The newest version that a lease's instance has loaded, in use; null when there is none in time. Parks. */
    Deployment acquire(Lease lease, long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (true) {
                Deployment deployment = newest;
                if (deployment != null && deployment.handler(lease.instance()) != null && deployment.acquire(lease)) {
                    return deployment;
                }
                if (attempted && deployment == null || lease.instance().isBroken() || left <= 0) {
                    return null;
                }
                if (!attempted && hurried.compareAndSet(false, true)) {
                    interpreter.loadNext(this);
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A connection has ended. */
    void released(Lease lease, Deployment deployment) {
        interpreter.released();
        if (deployment != null) {
            deployment.release(lease);
            if (deployment != newest && deployment.leases().isEmpty()) {
                draining.remove(deployment);
            }
        }
    }

    /**
     * Loads the file if its content differs from what was last tried, or what it imports has changed. Loader's thread;
     * blocks while the script's own code runs.
     *
     * @return what takes the new version into use; empty when there is none
     */
    Optional<Runnable> load(boolean importsChanged) throws InterruptedException {
        try {
            ScriptSource source = ScriptSource.read(file, name, language);
            if (source.hash().equals(seen) && !importsChanged) {
                attempted();
                return Optional.empty();
            }
            seen = source.hash();
            interpreter.start();
            long start = System.nanoTime();
            var handlers = interpreter.load(source, services);
            var deployment = new Deployment(++versions, source, handlers, Duration.ofNanos(System.nanoTime() - start));
            failure = null;
            missed = null;
            return Optional.of(() -> publish(deployment));
        } catch (ScriptException e) {
            missed = served().and(e.imports());
            failed(e.getMessage());
        } catch (NoSuchFileException e) {
            LOG.debug("{}: gone before it could be read", name);
            attempted();
        } catch (IOException e) {
            failed(name + ": cannot be read: " + e);
        }
        return Optional.empty();
    }

    /** Loads the newest version in an instance that has come later. Loader's thread. */
    void loadIn(Instance instance) throws ScriptException, InterruptedException {
        Deployment deployment = newest;
        if (deployment == null) {
            return;
        }
        try {
            deployment.add(instance, interpreter.load(instance, deployment.source(), services));
        } catch (ScriptException e) {
            if (e.getCause() instanceof OutOfMemoryError) {
                throw e;
            }
            LOG.error("{}\nIt does not serve in a fresh interpreter.", e.getMessage());
        }
        wake();
    }

    /** An instance has come to its end. */
    void forget(Instance instance) {
        Deployment deployment = newest;
        if (deployment != null) {
            deployment.remove(instance);
        }
        draining.forEach(each -> each.remove(instance));
        wake();
    }

    /** The file is gone: new connections are refused, running ones finish. Loader's thread. */
    void withdraw() {
        seen = "";
        missed = null;
        failure = null;
        Deployment last = newest;
        if (last != null) {
            LOG.info("{}: removed; its connections finish on {}", name, last);
        }
        replace(null);
    }

    private void publish(Deployment deployment) {
        LOG.info(
                "{}: serving version {} ({}, loaded in {} ms)",
                name,
                deployment.version(),
                deployment.source().hash(),
                deployment.loaded().toMillis());
        replace(deployment);
    }

    private void replace(Deployment deployment) {
        Deployment before = newest;
        if (before != null) {
            draining.add(before);
        }
        newest = deployment;
        attempted();
        if (before != null) {
            before.release(null);
            if (before.leases().isEmpty()) {
                draining.remove(before);
            } else {
                interpreter.drain(this, before);
            }
        }
    }

    /** What the version that is served was made from, as it is now. */
    private Imports served() {
        Deployment serving = newest;
        return serving == null ? new Imports() : serving.imports().stream().reduce(new Imports(), Imports::and);
    }

    private void failed(String why) {
        failure = new ScriptStatus.Failure(why, Instant.now());
        Deployment serving = newest;
        LOG.warn(
                "{}\n{}",
                why,
                serving == null ? "It is not served until it is mended and saved." : "Still serving " + serving + ".");
        attempted();
    }

    private void attempted() {
        lock.lock();
        try {
            attempted = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Has those who wait for a version look again. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
