package io.wshd.script;

import io.wshd.config.GatewayConfig;
import io.wshd.config.InterpreterConfig;
import io.wshd.config.RouteConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All scripts of a gateway: which interpreter runs each, and the watch over their files.
 *
 * <p>{@link #start} begins to load and to watch; routes may be added before and after.
 */
public final class ScriptRuntime implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    /** Looks in a row that may find more changes, before what was found is loaded all the same. */
    private static final int RESTLESS = 20;

    /** Makes an interpreter of a language; it is started later. */
    @FunctionalInterface
    public interface InterpreterFactory {

        /**
         * @param scratch a directory for scripts to write in, which may not be there yet
         */
        Interpreter create(InterpreterConfig config, Path scratch);
    }

    private record InterpreterKey(String name, Language language) {}

    private record ScriptKey(Path file, String interpreter) {}

    private final GatewayConfig config;
    private final Map<Language, InterpreterFactory> languages;
    private final Rehearsal rehearsal;
    private final Map<String, InterpreterConfig> settings;
    private final Map<InterpreterKey, NamedInterpreter> interpreters = new ConcurrentHashMap<>();
    private final Map<ScriptKey, Script> scripts = new ConcurrentHashMap<>();
    private final List<Scripts> routes = new CopyOnWriteArrayList<>();
    private final DirectoryWatch directories = new DirectoryWatch();
    private final Scratch scratch = new Scratch();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("script-timer").factory());
    private final Watchdog watchdog;
    private final MemoryGuard memory;
    private final Thread watch =
            Thread.ofPlatform().daemon().name("script-watch").unstarted(this::watch);

    /**
     * @param languages the languages that there are
     * @param served nanoseconds of processor time that the threads which serve clients have used so far; from any thread
     * @param rehearsal makes the first connections to each interpreter
     */
    public ScriptRuntime(
            GatewayConfig config,
            Map<Language, InterpreterFactory> languages,
            LongSupplier served,
            Rehearsal rehearsal) {
        this.config = config;
        this.rehearsal = rehearsal;
        this.languages = languages;
        this.settings = new ConcurrentHashMap<>(config.interpreters());
        this.watchdog = new Watchdog(interpreters.values(), config.scripts(), served);
        this.memory = new MemoryGuard(interpreters.values(), config.scripts().heapGuard());
        timer.setRemoveOnCancelPolicy(true);
    }

    /** The scripts below a directory, for one route. */
    public Scripts directory(RouteConfig.Handlers handlers, String interpreter) throws IOException {
        Path real = handlers.directory().toRealPath();
        return add(new ScriptDirectory(
                real,
                handlers.scanned().toRealPath(),
                handlers.links(),
                handlers.aliases(),
                (file, language) -> script(file, language, interpreter, real)));
    }

    /** One script, for one route. */
    public Scripts file(Path file, String interpreter) throws IOException {
        Path real = file.toRealPath();
        Language language = Language.of(file.getFileName().toString())
                .orElseThrow(() -> new IllegalArgumentException(file + " is no handler script"));
        return add(new ScriptFile(
                real,
                script(real, language, interpreter, real.getParent())
                        .orElseThrow(() ->
                                new IOException("the interpreter \"" + interpreter + "\" is for another language"))));
    }

    /** Looks at all files once, then has them loaded and watched in the background. */
    public void start() {
        Changes first = look();
        first.changed().forEach(script -> script.interpreter().loadFirst(script));
        interpreters.values().forEach(NamedInterpreter::warmUp);
        watch.start();
        watchdog.start();
        if (config.scripts().heapGuard() > 0) {
            memory.start();
        }
    }

    /** Looks at all files now and has loaded what has changed: routes that were added since then have their scripts. */
    public void refresh() {
        Changes changes = look();
        if (!changes.isEmpty()) {
            submit(changes);
        }
    }

    /** Has routes that are added from now on know these interpreters. Those that run scripts stay as they are. */
    public void declare(Map<String, InterpreterConfig> declared) {
        declared.forEach((name, config) -> {
            if (interpreters.keySet().stream().noneMatch(key -> key.name().equals(name))) {
                settings.put(name, config);
            }
        });
    }

    /** Watches no other routes than these. Scripts that no route has any more stay loaded: one may come back. */
    public void retain(Collection<Scripts> used) {
        routes.retainAll(used);
    }

    /** What is known of each script, by name. */
    public List<ScriptStatus> status() {
        return scripts.values().stream()
                .map(Script::status)
                .sorted(Comparator.comparing(ScriptStatus::name).thenComparing(ScriptStatus::interpreter))
                .toList();
    }

    /** What is known of each interpreter that runs scripts, by name. */
    public List<InterpreterStatus> interpreters() {
        return interpreters.values().stream()
                .map(NamedInterpreter::status)
                .sorted(Comparator.comparing(InterpreterStatus::name).thenComparing(InterpreterStatus::language))
                .toList();
    }

    private Scripts add(Scripts route) {
        routes.add(route);
        return route;
    }

    private Optional<Script> script(Path file, Language language, String name, Path modules) {
        InterpreterConfig declared = settings.get(name);
        if (declared.language()
                .filter(only -> !only.name().equals(language.name()))
                .isPresent()) {
            return Optional.empty();
        }
        NamedInterpreter interpreter = interpreter(declared, language);
        interpreter.addModules(modules);
        return Optional.of(scripts.computeIfAbsent(new ScriptKey(file, name), key -> {
            Script script = new Script(file, language, interpreter, services(displayed(file), declared));
            interpreter.add(script);
            return script;
        }));
    }

    private ScriptServices services(String script, InterpreterConfig settings) {
        Connections connections = new Connections(script, config.scripts().sendBacklog());
        return new ScriptServices(script, settings.name(), connections, settings.arguments(), settings.environment());
    }

    private NamedInterpreter interpreter(InterpreterConfig settings, Language language) {
        return interpreters.computeIfAbsent(
                new InterpreterKey(settings.name(), language),
                key -> new NamedInterpreter(
                        settings,
                        language,
                        () -> languages.get(language).create(settings, scratch.of(settings.name())),
                        config.scripts(),
                        timer,
                        rehearsal));
    }

    private String displayed(Path file) {
        Path root = config.root();
        return file.startsWith(root) ? root.relativize(file).toString() : file.toString();
    }

    private void watch() {
        Duration poll = config.scripts().poll();
        Duration settle = config.scripts().settle();
        Persistent.repeat("looking for changed scripts", () -> {
            directories.await(poll);
            Changes changes = look();
            for (int i = 0; i < RESTLESS && !changes.isCalm(); i++) {
                Thread.sleep(settle);
                Changes more = look();
                boolean settled = changes.isSettledBy(more);
                changes.add(more);
                if (settled) {
                    break;
                }
            }
            if (!changes.isEmpty()) {
                submit(changes);
            }
        });
    }

    private synchronized Changes look() {
        Changes changes = new Changes();
        Set<Path> watched = new HashSet<>();
        for (Scripts route : routes) {
            try {
                route.scan(changes);
                watched.addAll(route.directories());
            } catch (RuntimeException e) {
                LOG.error("looking for changed scripts failed; it is tried again", e);
            }
        }
        for (Script script : scripts.values()) {
            for (Imports imports : script.imports()) {
                changes.imports(imports.changed());
                imports.files().forEach(file -> watched.add(file.getParent()));
            }
        }
        directories.watch(watched);
        return changes;
    }

    private void submit(Changes changes) {
        changes.removed().forEach(script -> script.interpreter().withdraw(script));
        Collection<Script> dependents = changes.imports().isEmpty()
                ? Set.of()
                : scripts.values().stream()
                        .filter(script ->
                                script.imports().stream().anyMatch(imports -> imports.containsAny(changes.imports())))
                        .toList();
        Set<NamedInterpreter> concerned = new LinkedHashSet<>();
        changes.changed().forEach(script -> concerned.add(script.interpreter()));
        dependents.forEach(script -> concerned.add(script.interpreter()));
        for (NamedInterpreter interpreter : concerned) {
            interpreter.reload(of(interpreter, changes.changed()), of(interpreter, dependents), changes.imports());
        }
    }

    private static Set<Script> of(NamedInterpreter interpreter, Collection<Script> scripts) {
        return scripts.stream()
                .filter(script -> script.interpreter() == interpreter)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    @Override
    public void close() {
        watch.interrupt();
        directories.close();
        watchdog.close();
        memory.close();
        timer.shutdownNow();
        interpreters.values().forEach(NamedInterpreter::close);
        scratch.close();
    }
}
