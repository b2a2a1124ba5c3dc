package io.wshd.script;

import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;

/**
 * A world in which the scripts of one language run: they share its modules and its globals, and nothing with other
 * interpreters.
 */
public interface Interpreter extends AutoCloseable {

    /** Lets scripts import modules from {@code directory}; before or after the start, any number of times. */
    void addModules(Path directory);

    /** Starts the interpreter; takes seconds the first time in a process. Call once, before the first load. */
    void start();

    /**
     * Loads a script in a namespace of its own. Blocks while the script's top-level code runs.
     *
     * @param services what the script may ask of the gateway
     * @throws ScriptException with a message for the script's author
     */
    Handler load(ScriptSource source, ScriptServices services) throws ScriptException, InterruptedException;

    /** Makes the threads on which handlers of this interpreter run. */
    ThreadFactory threads();

    /** Ends what runs and frees what is held; bounded in time. */
    @Override
    void close();
}
