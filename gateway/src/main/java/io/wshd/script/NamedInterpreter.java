package io.wshd.script;

import io.wshd.config.InterpreterConfig;
import io.wshd.config.ScriptsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named interpreter in one language: its instances, and the scripts that they run. Connections go to the instance with
 * the fewest; an instance that a script has brought to its end is replaced by a fresh one.
 *
 * <p>What changes scripts runs on the loader's thread; all else may be called by any thread.
 */
final class NamedInterpreter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    /** Over which the connections of an old version are closed, so that clients do not all come back at once. */
    private static final Duration SPREAD = Duration.ofSeconds(2);

    /** For an old instance to end before the next one starts, and until a start that failed is tried again. */
    private static final Duration AGAIN = Duration.ofSeconds(2);

    private final InterpreterConfig config;
    private final Language language;
    private final Supplier<Interpreter> factory;
    private final Duration drainTimeout;
    private final ScheduledExecutorService timer;
    private final Rehearsal rehearsal;
    private final String title;
    private final Loader loader;
    private final Set<Path> modules = new LinkedHashSet<>();
    private final Set<Script> scripts = ConcurrentHashMap.newKeySet();
    private final List<Instance> instances = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final LongAdder replaced = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile boolean closed;

    /** Whether instances have been started. Loader's thread. */
    private boolean started;

    /**
     * @param factory makes an interpreter, which is not started
     * @param timer for what has to be done later, and quickly
     */
    NamedInterpreter(
            InterpreterConfig config,
            Language language,
            Supplier<Interpreter> factory,
            ScriptsConfig settings,
            ScheduledExecutorService timer,
            Rehearsal rehearsal) {
        this.config = config;
        this.language = language;
        this.factory = factory;
        this.drainTimeout = settings.drainTimeout();
        this.timer = timer;
        this.rehearsal = rehearsal;
        this.title = language.title() + " \"" + config.name() + "\"";
        this.loader = new Loader(title, this::loaded);
        for (int i = 0; i < config.instances(); i++) {
            instances.add(instance());
        }
    }

    String name() {
        return config.name();
    }

    InterpreterConfig config() {
        return config;
    }

    List<Instance> instances() {
        return instances;
    }

    InterpreterStatus status() {
        return new InterpreterStatus(
                config.name(),
                language,
                instances.stream().map(Instance::connections).toList(),
                instances.stream()
                        .mapToInt(instance -> instance.interpreter().carriers().blocked())
                        .sum(),
                instances.stream()
                        .mapToInt(instance ->
                                instance.interpreter().carriers().started().count())
                        .sum(),
                instances.stream()
                        .map(instance -> instance.interpreter().carriers().paused())
                        .reduce(Duration.ZERO, Duration::plus),
                replaced.sum(),
                refused.sum());
    }

    private synchronized Instance instance() {
        Interpreter interpreter = factory.get();
        modules.forEach(interpreter::addModules);
        return new Instance(title, interpreter);
    }

    /** Lets scripts import modules from a directory. */
    synchronized void addModules(Path directory) {
        if (modules.add(directory)) {
            instances.forEach(instance -> instance.interpreter().addModules(directory));
        }
    }

    void add(Script script) {
        scripts.add(script);
    }

    Optional<Lease> lease(Script script) {
        if (connections.incrementAndGet() > config.limits().connections()) {
            connections.decrementAndGet();
            refused.increment();
            LOG.warn(
                    "{}: {} connections, as many as max-connections allows; another one for {} is refused",
                    title,
                    config.limits().connections(),
                    script.name());
            return Optional.empty();
        }
        Instance fewest = instances.size() == 1
                ? instances.getFirst()
                : instances.stream()
                        .filter(instance -> !instance.isBroken())
                        .min(Comparator.comparingInt(Instance::connections))
                        .orElse(instances.getFirst());
        return Optional.of(new Lease(script, fewest));
    }

    /** A lease has ended. */
    void released() {
        connections.decrementAndGet();
    }

    /** Loads a script before all that wait: a client waits for it. */
    void loadNext(Script script) {
        loader.executeNext(() -> load(script));
    }

    /** Loads a script that was never loaded. */
    void loadFirst(Script script) {
        loader.execute(() -> load(script));
    }

    /** When the scripts that wait are loaded, does what the first connections would otherwise wait for. */
    void warmUp() {
        loader.execute(() -> {
            for (Instance instance : instances) {
                if (started && !instance.isBroken()) {
                    instance.rehearse(rehearsal);
                    instance.warmUp().forEach(loader::execute);
                }
            }
        });
    }

    /** What makes up the interpreter is there: from now on others go before its threads. */
    private void loaded() {
        instances.forEach(instance -> instance.interpreter().carriers().lowerPriority());
    }

    private void load(Script script) throws InterruptedException {
        script.load(false).ifPresent(Runnable::run);
    }

    /**
     * Loads what has changed, and takes it into use together.
     *
     * @param changed scripts whose own text may have changed
     * @param dependents scripts that import a file that has changed
     * @param files the files that they import and that have changed
     */
    void reload(Collection<Script> changed, Collection<Script> dependents, Set<Path> files) {
        loader.execute(() -> {
            Set<Path> stale = changedOf(dependents, files);
            if (!stale.isEmpty()) {
                for (Instance instance : instances) {
                    instance.forget(stale);
                }
            }
            List<Runnable> publications = new ArrayList<>();
            for (Script script : changed) {
                if (!dependents.contains(script)) {
                    script.load(false).ifPresent(publications::add);
                }
            }
            for (Script script : dependents) {
                // Unless a version that was loaded meanwhile has the change already.
                boolean importsChanged = script.imports().stream()
                        .anyMatch(imports -> !imports.changed().isEmpty());
                script.load(importsChanged).ifPresent(publications::add);
            }
            publications.forEach(Runnable::run);
        });
    }

    /** Those of the files that no version has been made from as they are now: a look may come between change and load. */
    private static Set<Path> changedOf(Collection<Script> dependents, Set<Path> files) {
        return dependents.stream()
                .flatMap(script -> script.imports().stream())
                .flatMap(imports -> imports.changed().stream())
                .filter(files::contains)
                .collect(Collectors.toSet());
    }

    /** A script's file is gone. */
    void withdraw(Script script) {
        loader.execute(script::withdraw);
    }

    /**
     * Loads a version in every instance. Loader's thread.
     *
     * @throws ScriptException for the script's author
     */
    Map<Instance, Handler> load(ScriptSource source, ScriptServices services)
            throws ScriptException, InterruptedException {
        Map<Instance, Handler> handlers = new HashMap<>();
        boolean all = false;
        try {
            for (Instance instance : instances) {
                if (!instance.isBroken()) {
                    handlers.put(instance, load(instance, source, services));
                }
            }
            all = true;
        } finally {
            if (!all) {
                handlers.values().forEach(Handler::close);
            }
        }
        return handlers;
    }

    Handler load(Instance instance, ScriptSource source, ScriptServices services)
            throws ScriptException, InterruptedException {
        try {
            return instance.load(source, services, config.limits().loadDeadline());
        } finally {
            if (instance.isStuck()) {
                replace(instance, source.name() + " does not stop loading");
            }
        }
    }

    /**
     * Starts the instances, unless that was done. Loader's thread; takes seconds.
     *
     * @throws ScriptException if one cannot start
     */
    void start() throws ScriptException, InterruptedException {
        if (started) {
            return;
        }
        for (Instance instance : instances) {
            start(instance);
        }
        started = true;
    }

    private void start(Instance instance) throws ScriptException, InterruptedException {
        try {
            instance.start();
        } catch (RuntimeException | LinkageError e) {
            if (closed) {
                throw new InterruptedException(title + " is closed");
            }
            LOG.error("the {} interpreter failed to start", title, e);
            throw new ScriptException("the " + title + " interpreter failed to start: " + e, e);
        }
    }

    /** Puts a fresh instance in the place of one that is broken. Returns at once. */
    void replace(Instance broken, String why) {
        if (broken.giveUp(why)) {
            replaced.increment();
            seeToSuccessor(broken);
        }
    }

    /**
     * Has a fresh instance come in the place of one that was given up, unless that is under way or has just failed: there may
     * have been no memory for any part of it. To be called again and again; returns at once.
     */
    void seeToSuccessor(Instance broken) {
        if (closed || !broken.beginSuccession()) {
            return;
        }
        boolean begun = false;
        try {
            // Not behind what the loader is at, which may be to wait for it. The next one may need what it holds.
            Thread end = broken.close();
            loader.executeNext(() -> renew(broken, end));
            begun = true;
        } finally {
            if (!begun) {
                broken.failSuccession(AGAIN);
            }
        }
    }

    private void renew(Instance broken, Thread end) throws InterruptedException {
        Instance last = broken;
        boolean done = false;
        try {
            var _ = end.join(AGAIN);
            int at = instances.indexOf(broken);
            if (at >= 0 && !closed) {
                scripts.forEach(script -> script.forget(broken));
                broken.release();
                Instance fresh = instance();
                instances.set(at, fresh);
                last = fresh;
                start(fresh);
                for (Script script : scripts) {
                    script.loadIn(fresh);
                }
            }
            done = true;
        } catch (ScriptException e) {
            LOG.error("{}; it is tried again in {} s", e.getMessage(), AGAIN.toSeconds());
        } finally {
            if (!done) {
                last.failSuccession(AGAIN);
            }
        }
    }

    /** Has the connections of an old version closed if they do not end in time. */
    void drain(Script script, Deployment old) {
        if (!drainTimeout.isZero()) {
            var _ = timer.schedule(() -> close(script, old), drainTimeout.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void close(Script script, Deployment old) {
        List<Lease> left = old.leases();
        if (left.isEmpty()) {
            return;
        }
        LOG.info(
                "{}: {} connections are still on {} after {} s (scripts.drain-timeout); they are closed with 1012",
                script.name(),
                left.size(),
                old,
                drainTimeout.toSeconds());
        long spread = Math.min(SPREAD.toMillis(), drainTimeout.toMillis());
        for (Lease lease : left) {
            var _ = timer.schedule(
                    () -> lease.restart("a newer version is served"),
                    ThreadLocalRandom.current().nextLong(spread + 1),
                    TimeUnit.MILLISECONDS);
        }
    }

    /** Ends all instances and loads no more. */
    @Override
    public void close() {
        closed = true;
        loader.close();
        instances.forEach(Instance::close);
    }
}
