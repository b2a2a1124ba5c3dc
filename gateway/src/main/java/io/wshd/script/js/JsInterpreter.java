package io.wshd.script.js;

import io.wshd.config.InterpreterConfig;
import io.wshd.script.Carriers;
import io.wshd.script.Handler;
import io.wshd.script.Interpreter;
import io.wshd.script.ScriptException;
import io.wshd.script.ScriptServices;
import io.wshd.script.ScriptSource;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A JavaScript world: threads that its scripts share, and for each version of each script a context of its own. */
public final class JsInterpreter implements Interpreter {

    private final Carriers carriers;
    private final JsCapabilities capabilities;
    private final Fetcher fetcher;
    private final Set<Path> directories = ConcurrentHashMap.newKeySet();
    private final Set<JsScript> open = ConcurrentHashMap.newKeySet();

    /**
     * @param fetches requests that its scripts may have under way
     */
    public JsInterpreter(InterpreterConfig config, int fetches) {
        this.carriers = new Carriers(
                "js-" + config.name(), config.carriers(), config.spareCarriers(), config.priority(), 0, () -> {});
        this.capabilities = new JsCapabilities(
                config.permissions().network(),
                config.permissions().files() == InterpreterConfig.Permissions.Files.ALL);
        this.fetcher = new Fetcher(fetches);
        this.directories.addAll(config.path());
    }

    /** A JavaScript module names the files that it imports, relative to itself; they have to be below these. */
    @Override
    public void addModules(Path directory) {
        directories.add(directory);
    }

    @Override
    public void start() {}

    @Override
    public Handler load(ScriptSource source, ScriptServices services) throws ScriptException, InterruptedException {
        JsScript script = new JsScript(source, services, directories, capabilities, fetcher);
        open.add(script);
        boolean loaded = false;
        try {
            script.load(carriers.threads());
            loaded = true;
        } finally {
            if (!loaded) {
                open.remove(script);
            }
        }
        return new JsHandler(script, services, carriers, () -> open.remove(script));
    }

    /** Each version reads what it imports anew, in a context of its own. */
    @Override
    public void forget(Set<Path> changed) {}

    @Override
    public Carriers carriers() {
        return carriers;
    }

    @Override
    public Optional<Thread> running(Carriers.Stretch stretch) {
        return open.stream()
                .flatMap(script -> script.running().stream())
                .filter(stretch::isOf)
                .findFirst();
    }

    @Override
    public Optional<String> script(Thread thread) {
        return of(thread).map(JsScript::name);
    }

    private Optional<JsScript> of(Thread thread) {
        return open.stream()
                .filter(script -> script.running().filter(thread::equals).isPresent())
                .findFirst();
    }

    @Override
    public void preempt(Thread thread) {
        of(thread).ifPresent(script -> script.thread().interject(thread, _ -> carriers.giveWay()));
    }

    @Override
    public void explain(Thread thread, Consumer<String> stack) {
        of(thread).ifPresent(script -> script.thread().interject(thread, at -> stack.accept(script.where(at))));
    }

    @Override
    public void end(Thread thread, String why) {
        of(thread).ifPresent(script -> script.thread().raise(thread, why));
    }

    @Override
    public boolean isUsable() {
        return true;
    }

    @Override
    public void close() {
        open.forEach(JsScript::kill);
        fetcher.close();
    }
}
