package io.wshd.script.python;

import io.wshd.script.Carriers;
import io.wshd.script.Handler;
import io.wshd.script.Interpreter;
import io.wshd.script.ScriptEngine;
import io.wshd.script.ScriptException;
import io.wshd.script.ScriptLog;
import io.wshd.script.ScriptSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.slf4j.LoggerFactory;

/**
 * A Python world: one GraalPy context, whose handlers are blocking functions on virtual threads. Its own modules import
 * nothing that is not needed at once: a cold {@code import threading} alone takes seconds.
 */
public final class PythonInterpreter implements Interpreter {

    private static final String LIBRARY = "/io/wshd/script/python/lib/";

    private final String name;
    private final Carriers carriers;
    private final Path directory;
    private Context context;
    private PythonGlue glue;
    private final Set<String> modules = new LinkedHashSet<>();

    /**
     * @param name of the interpreter in the configuration
     * @param carriers threads that run its handlers
     * @param directory where the paths start that scripts open
     */
    public PythonInterpreter(String name, int carriers, Path directory) {
        this.name = name;
        this.directory = directory;
        this.carriers = new Carriers("python-" + name, carriers);
    }

    @Override
    public void start() {
        ScriptLog out = new ScriptLog(LoggerFactory.getLogger("python." + name));
        context = builder().currentWorkingDirectory(directory).out(out).err(out).build();
        PythonGlue started = bootstrap(context);
        synchronized (this) {
            modules.forEach(started::addModules);
            glue = started;
        }
    }

    /** A builder of contexts in which {@link #bootstrap} works. */
    static Context.Builder builder() {
        return ScriptEngine.context("python")
                .allowIO(IOAccess.ALL)
                .allowCreateThread(true)
                .allowEnvironmentAccess(EnvironmentAccess.INHERIT)
                .option("python.PosixModuleBackend", "java")
                .option("python.NoSiteFlag", "true");
    }

    /** Makes the library importable and loads the glue. */
    static PythonGlue bootstrap(Context context) {
        Value bootstrap = context.eval(
                Source.newBuilder("python", resource("/io/wshd/script/python/bootstrap.py"), "<wshd>/bootstrap.py")
                        .buildLiteral());
        ProxyExecutable read = arguments -> resource(LIBRARY + arguments[0].asString());
        ProxyExecutable deflater = arguments -> new PythonDeflater(arguments[0].asInt());
        return new PythonGlue(bootstrap.execute(read, deflater));
    }

    @Override
    public synchronized void addModules(Path directory) {
        if (modules.add(directory.toString()) && glue != null) {
            glue.addModules(directory.toString());
        }
    }

    @Override
    public Handler load(ScriptSource source) throws ScriptException {
        // The whole path, so that two scripts of one name in two directories are two modules.
        String module = source.name().replaceFirst("\\.py$", "").replace('/', '.');
        try {
            Value loaded = glue.load(module, source.file().toString(), source.text());
            String missing = glue.missing(loaded);
            if (!missing.isEmpty()) {
                throw new ScriptException(PythonErrors.missingHooks(source.name(), missing));
            }
            return new PythonHandler(glue, loaded, LoggerFactory.getLogger("script." + source.title()));
        } catch (PolyglotException e) {
            throw new ScriptException(loadFailure(source, e), e);
        }
    }

    @Override
    public ThreadFactory threads() {
        return carriers.threads();
    }

    @Override
    public void close() {
        if (context != null) {
            context.close(true);
        }
    }

    /** {@code handlers/chat_wsh.py:12: NameError: name 'foo' is not defined}. */
    private String loadFailure(ScriptSource source, PolyglotException e) {
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
