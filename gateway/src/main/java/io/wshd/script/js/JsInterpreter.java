package io.wshd.script.js;

import io.wshd.script.Carriers;
import io.wshd.script.Handler;
import io.wshd.script.Interpreter;
import io.wshd.script.ScriptException;
import io.wshd.script.ScriptSource;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A JavaScript world: threads that its scripts share, and for each version of each script a context of its own. */
public final class JsInterpreter implements Interpreter {

    private final Carriers carriers;
    private final Set<JsScript> open = ConcurrentHashMap.newKeySet();

    /**
     * @param name of the interpreter in the configuration
     * @param carriers threads that run its handlers
     */
    public JsInterpreter(String name, int carriers) {
        this.carriers = new Carriers("js-" + name, carriers);
    }

    @Override
    public void addModules(Path directory) {
        // A JavaScript module names the files that it imports, relative to itself.
    }

    @Override
    public void start() {}

    @Override
    public Handler load(ScriptSource source) throws ScriptException {
        Logger log = LoggerFactory.getLogger("script." + source.title());
        JsScript script = new JsScript(source, carriers.threads(), log);
        open.add(script);
        return new JsHandler(script, carriers.threads(), log, () -> open.remove(script));
    }

    @Override
    public ThreadFactory threads() {
        return carriers.threads();
    }

    @Override
    public void close() {
        open.forEach(JsScript::kill);
    }
}
