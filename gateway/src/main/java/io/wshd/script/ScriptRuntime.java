package io.wshd.script;

import io.wshd.config.RouteConfig;
import io.wshd.config.ScriptsConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All scripts of a gateway: which interpreter runs each, and the watch over their files.
 *
 * <p>Routes are added first, by one thread; then {@link #start} begins to load and to watch.
 */
public final class ScriptRuntime implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    /** Makes the interpreter of one name for one language; it is started later. */
    @FunctionalInterface
    public interface InterpreterFactory {
        Interpreter create(String name, ScriptsConfig config);
    }

    private record InterpreterKey(String name, Language language) {}

    private record ScriptKey(Path file, String interpreter) {}

    private final Path root;
    private final ScriptsConfig config;
    private final Map<Language, InterpreterFactory> languages;
    private final Map<InterpreterKey, Loader> loaders = new LinkedHashMap<>();
    private final Map<ScriptKey, Script> scripts = new ConcurrentHashMap<>();
    private final List<Scripts> routes = new ArrayList<>();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("script-watch").factory());

    /**
     * @param root for the names of scripts in messages
     * @param languages the languages that there are
     */
    public ScriptRuntime(Path root, ScriptsConfig config, Map<Language, InterpreterFactory> languages) {
        this.root = root;
        this.config = config;
        this.languages = languages;
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
        return add(new ScriptFile(real, script(real, language, interpreter, real.getParent())));
    }

    /** Looks at all files once, then has them loaded and watched in the background. */
    public void start() {
        scan();
        long millis = config.poll().toMillis();
        var _ = watch.scheduleWithFixedDelay(this::scan, millis, millis, TimeUnit.MILLISECONDS);
    }

    private Scripts add(Scripts route) {
        routes.add(route);
        return route;
    }

    private Script script(Path file, Language language, String interpreter, Path modules) {
        Loader loader = loader(interpreter, language);
        loader.interpreter().addModules(modules);
        return scripts.computeIfAbsent(
                new ScriptKey(file, interpreter), key -> new Script(file, displayed(file), language, loader));
    }

    private synchronized Loader loader(String interpreter, Language language) {
        return loaders.computeIfAbsent(
                new InterpreterKey(interpreter, language),
                key -> new Loader(
                        language.title() + " \"" + interpreter + "\"",
                        languages.get(language).create(interpreter, config)));
    }

    private String displayed(Path file) {
        return file.startsWith(root) ? root.relativize(file).toString() : file.toString();
    }

    private void scan() {
        for (Scripts route : routes) {
            try {
                route.scan();
            } catch (RuntimeException e) {
                LOG.error("looking for changed scripts failed; it is tried again", e);
            }
        }
    }

    @Override
    public synchronized void close() {
        watch.shutdownNow();
        loaders.values().forEach(Loader::close);
    }
}
