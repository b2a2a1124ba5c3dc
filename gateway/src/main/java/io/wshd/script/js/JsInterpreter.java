package io.wshd.script.js;

import io.wshd.script.Carriers;
import io.wshd.script.Handler;
import io.wshd.script.Interpreter;
import io.wshd.script.ScriptException;
import io.wshd.script.ScriptServices;
import io.wshd.script.ScriptSource;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/** A JavaScript world: threads that its scripts share, and for each version of each script a context of its own. */
public final class JsInterpreter implements Interpreter {

    private final Carriers carriers;
    private final JsCapabilities capabilities;
    private final Fetcher fetcher;
    private final Set<Path> directories = ConcurrentHashMap.newKeySet();
    private final Set<JsScript> open = ConcurrentHashMap.newKeySet();

    /**
     * @param name of the interpreter in the configuration
     * @param carriers threads that run its handlers
     * @param capabilities what its scripts may do
     * @param fetches requests that they may have under way
     */
    public JsInterpreter(String name, int carriers, JsCapabilities capabilities, int fetches) {
        this.carriers = new Carriers("js-" + name, carriers);
        this.capabilities = capabilities;
        this.fetcher = new Fetcher(fetches);
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
        return new JsHandler(script, services, carriers.threads(), () -> open.remove(script));
    }

    @Override
    public ThreadFactory threads() {
        return carriers.threads();
    }

    @Override
    public void close() {
        open.forEach(JsScript::kill);
        fetcher.close();
    }
}
