package io.wshd.script.python;

import io.wshd.config.InterpreterConfig;
import io.wshd.config.InterpreterConfig.Permissions;
import io.wshd.script.Carriers;
import io.wshd.script.Handler;
import io.wshd.script.Imports;
import io.wshd.script.Interpreter;
import io.wshd.script.Language;
import io.wshd.script.ScriptEngine;
import io.wshd.script.ScriptException;
import io.wshd.script.ScriptLog;
import io.wshd.script.ScriptServices;
import io.wshd.script.ScriptSource;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.FileSystem;
import org.graalvm.polyglot.io.IOAccess;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A Python world: one GraalPy context, whose handlers are blocking functions on virtual threads. Its own modules import
 * nothing that is not needed at once: a cold {@code import threading} alone takes seconds.
 */
public final class PythonInterpreter implements Interpreter {

    /** Calls in a step of the compiler's start: handlers wait for their turn as long as one takes. */
    private static final int STEP = 1000;

    private final InterpreterConfig config;
    private final Path scratch;
    private final Path root;
    private final Carriers carriers;
    /** Directories of handlers. */
    private final Set<Path> modules = new CopyOnWriteArraySet<>();

    /** What scripts may read; grows with the directories of handlers. */
    private final Set<Path> readable = new CopyOnWriteArraySet<>();

    private Context context;
    private volatile ThreadTable entered;
    private volatile PythonThreads threads;
    private volatile PythonGlue glue;
    private volatile Compilation compilation;
    private volatile boolean ended;

    /**
     * @param scratch a directory that scripts may write in
     * @param root where relative paths begin for scripts that may use any file
     */
    public PythonInterpreter(InterpreterConfig config, Path scratch, Path root) {
        this.config = config;
        this.root = root;
        this.scratch = scratch;
        this.carriers = new Carriers(
                "python-" + config.name(),
                config.carriers(),
                config.spareCarriers(),
                config.priority(),
                config.limits().threads(),
                this::threadEnds);
    }

    @Override
    public void start() {
        Logger printed = LoggerFactory.getLogger("python." + config.name());
        readable.addAll(config.path());
        config.venv().ifPresent(readable::add);
        PythonFiles files = new PythonFiles(readable, scratch, config.permissions(), directory());
        context = permitted(builder(), config.permissions(), files)
                .out(new ScriptLog(printed, Level.INFO))
                .err(new ScriptLog(printed, Level.WARN))
                .build();
        entered = ThreadTable.of(context, carriers.started());
        PythonGlue started = bootstrap(context, config.permissions().files() == Permissions.Files.ALL, modules);
        started.setup(
                guard(files),
                config.arguments().toArray(String[]::new),
                packages().stream().map(Path::toString).toArray(String[]::new),
                logLevel(),
                _ -> carriers.started().starts(),
                _ -> {
                    carriers.started().fails();
                    return null;
                });
        context.enter();
        try {
            threads = new PythonThreads(carriers);
            threads.startRegularExpressions();
        } finally {
            context.leave();
        }
        synchronized (this) {
            modules.forEach(directory -> started.addModules(directory.toString()));
            compilation = Compilation.ofInterpreter(context, started);
            glue = started;
        }
    }

    /** A builder of contexts in which {@link #bootstrap} works; without files but those of the language. */
    static Context.Builder builder() {
        return ScriptEngine.context("python")
                .allowCreateThread(true)
                .option("python.PosixModuleBackend", "java")
                .option("python.NoSiteFlag", "true");
    }

    /**
     * Makes the library importable and loads the glue.
     *
     * @param writes whether the language's own files may be written: its modules are kept compiled there
     * @param directories of handlers, which may change
     */
    static PythonGlue bootstrap(Context context, boolean writes, Set<Path> directories) {
        Value bootstrap = context.eval(
                Source.newBuilder("python", resource("/io/wshd/script/python/bootstrap.py"), "<wshd>/bootstrap.py")
                        .buildLiteral());
        ProxyExecutable library = arguments -> new PythonLibrary(Path.of(arguments[0].asString()), writes);
        ProxyExecutable deflater = arguments -> new PythonDeflater(arguments[0].asInt());
        ProxyExecutable imports =
                arguments -> String.join("\n", ImportStatements.in(arguments[0].asString(), arguments[1].asString()));
        ProxyExecutable present = arguments -> arguments[0]
                .asString()
                .lines()
                .filter(name -> isPresent(name, directories))
                .collect(Collectors.joining("\n"));
        return new PythonGlue(bootstrap.execute(library, deflater, imports, present, writes));
    }

    /** Whether what a name begins with may be a module or package in one of the directories. */
    private static boolean isPresent(String name, Set<Path> directories) {
        String top = name.split("\\.", 2)[0];
        return directories.stream()
                // What looks like a name may be none, not even of a file.
                .map(Path::toFile)
                .anyMatch(directory -> new File(directory, top).exists() || new File(directory, top + ".py").exists());
    }

    private Context.Builder permitted(Context.Builder builder, Permissions permissions, PythonFiles files) {
        Map<String, String> environment = new HashMap<>();
        if (permissions.files() == Permissions.Files.SCRATCH) {
            environment.put("TMPDIR", scratch.toString());
            environment.put("HOME", scratch.toString());
        }
        environment.putAll(config.environment());
        IOAccess.Builder io = IOAccess.newBuilder().allowHostSocketAccess(permissions.network());
        if (permissions.files() == Permissions.Files.ALL) {
            io.allowHostFileAccess(true);
            builder.currentWorkingDirectory(root);
        } else {
            io.fileSystem(FileSystem.allowInternalResourceAccess(files));
        }
        return builder.allowIO(io.build())
                .allowCreateProcess(permissions.processes())
                .allowEnvironmentAccess(permissions.environment() ? EnvironmentAccess.INHERIT : EnvironmentAccess.NONE)
                .environment(environment);
    }

    /** For {@code _wshd_guard.install}. */
    private Object[] guard(PythonFiles files) {
        Permissions permissions = config.permissions();
        boolean all = permissions.files() == Permissions.Files.ALL;
        ProxyExecutable refusal = arguments -> all ? "" : files.refusal(arguments[0].asString());
        return new Object[] {refusal, permissions.network(), permissions.processes()};
    }

    /** The least level that the log takes of scripts. */
    private static String logLevel() {
        Logger scripts = LoggerFactory.getLogger("script");
        return Stream.of(Level.TRACE, Level.DEBUG, Level.INFO, Level.WARN)
                .filter(scripts::isEnabledForLevel)
                .findFirst()
                .orElse(Level.ERROR)
                .toString()
                .toLowerCase(Locale.ROOT);
    }

    /** Where relative paths begin, unless scripts may use any. */
    private synchronized Path directory() {
        return modules.isEmpty() ? scratch : modules.iterator().next();
    }

    /** The directories of packages: those of the configuration, then that of the virtual environment. */
    private List<Path> packages() {
        List<Path> packages = new ArrayList<>(config.path());
        config.venv().ifPresent(venv -> {
            try (Stream<Path> versions = Files.list(venv.resolve("lib"))) {
                versions.map(version -> version.resolve("site-packages"))
                        .filter(Files::isDirectory)
                        .forEach(packages::add);
            } catch (IOException e) {
                throw new UncheckedIOException(venv + " has no lib", e);
            }
        });
        return packages;
    }

    @Override
    public synchronized void addModules(Path directory) {
        readable.add(directory);
        if (modules.add(directory) && glue != null) {
            glue.addModules(directory.toString());
        }
    }

    @Override
    public Handler load(ScriptSource source, ScriptServices services) throws ScriptException {
        // The whole path, so that two scripts of one name in two directories are two modules.
        String module = source.name().replaceFirst("\\.py$", "").replace('/', '.');
        Imports imports = new Imports();
        ProxyExecutable imported = arguments -> {
            imports.add(Path.of(arguments[0].asString()));
            return null;
        };
        try {
            Value loaded =
                    glue.load(module, source.file().toString(), source.text(), new PythonServices(services), imported);
            String missing = glue.missing(loaded);
            if (!missing.isEmpty()) {
                throw new ScriptException(PythonErrors.missingHooks(source.name(), missing), imports, null);
            }
            return new PythonHandler(glue, loaded, services, imports, carriers.failures(), compilation);
        } catch (PolyglotException e) {
            noteEnd(e);
            throw new ScriptException(loadFailure(source, e), imports, e);
        }
    }

    @Override
    public void forget(Set<Path> changed) {
        PythonGlue started = glue;
        if (started != null) {
            started.forget(changed.stream().map(Path::toString).toArray(String[]::new));
        }
    }

    @Override
    public List<ScriptSource> rehearsals() {
        List<String> late = glue.late();
        List<String> kinds = new ArrayList<>(List.of("echo"));
        if (late.contains("_wshd_answer")) {
            kinds.add("extensions");
        }
        if (late.contains("pywebsocket3._live")) {
            kinds.addAll(List.of("frames", "answer"));
        }
        kinds.add("failing");
        return kinds.stream()
                .map(kind -> ScriptSource.of(
                        "<wshd>/" + kind + ".py",
                        Language.PYTHON,
                        resource("/io/wshd/script/python/rehearsal/" + kind + ".py")))
                .toList();
    }

    @Override
    public List<Runnable> warmUp() {
        PythonGlue started = glue;
        Stream<Runnable> late = started.late().stream().map(module -> () -> started.need(module));
        Stream<Runnable> calls =
                IntStream.range(0, 2 * ScriptEngine.CALLS / STEP).mapToObj(_ -> () -> started.startCompiler(STEP));
        return Stream.concat(late, calls).toList();
    }

    @Override
    public Carriers carriers() {
        return carriers;
    }

    private void threadEnds() {
        ThreadTable table = entered;
        if (table != null) {
            table.ends();
        }
    }

    @Override
    public Optional<Thread> running(Carriers.Stretch stretch) {
        PythonThreads started = threads;
        return started == null ? Optional.empty() : started.running().filter(stretch::isOf);
    }

    @Override
    public Optional<Thread> runningBeside() {
        PythonThreads started = threads;
        return started == null ? Optional.empty() : started.running().filter(ThreadTable::isStarted);
    }

    @Override
    public void suspend(Thread thread, Runnable meanwhile) {
        threads.suspend(thread, meanwhile);
    }

    /** Each connection has a thread of its own. */
    @Override
    public Optional<String> script(Thread thread) {
        return Optional.empty();
    }

    @Override
    public void preempt(Thread thread) {
        threads.preempt(thread);
    }

    @Override
    public void explain(Thread thread, Consumer<String> stack) {
        threads.interject(thread, () -> stack.accept(glue.where()));
    }

    @Override
    public void end(Thread thread, String why) {
        threads.end(thread, () -> glue.deadline(why));
    }

    @Override
    public boolean isUsable() {
        return !ended;
    }

    /** A script may end the whole interpreter, by {@code os._exit} under another name for one. */
    private void noteEnd(PolyglotException e) {
        if (e.isCancelled()) {
            ended = true;
        }
    }

    @Override
    public void close() {
        ended = true;
        if (context != null) {
            context.close(true);
        }
    }

    /** {@code handlers/chat_wsh.py:12: NameError: name 'foo' is not defined}. */
    private String loadFailure(ScriptSource source, PolyglotException e) {
        if (e.isExit()) {
            return source.name() + ": it exits while it is loaded (sys.exit); a handler is there to be called";
        }
        if (!e.isGuestException() || e.getGuestObject() == null) {
            return source.name() + ": " + PythonErrors.describe(e);
        }
        String[] explained =
                glue.explain(e.getGuestObject(), source.file().toString()).split("\n", 2);
        String line = explained[0].equals("0") ? "" : ":" + explained[0];
        return source.name() + line + ": " + explained[1];
    }

    static String resource(String path) {
        try (InputStream in = PythonInterpreter.class.getResourceAsStream(path)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }
}
