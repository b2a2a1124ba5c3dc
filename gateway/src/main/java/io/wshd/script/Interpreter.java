package io.wshd.script;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A world in which the scripts of one language run: they share its modules and its globals, and nothing with other
 * worlds. One life: when it is closed, or has come to its end by a script's doing, another takes its place.
 */
public interface Interpreter extends AutoCloseable {

    /** Lets scripts import modules from {@code directory}; before or after the start, any number of times. */
    void addModules(Path directory);

    /** Starts the interpreter; takes seconds the first time in a process. Call once, before the first load. */
    void start();

    /**
     * Loads a script in a namespace of its own. Blocks while the script's top-level code runs; call it on one of its own
     * threads.
     *
     * @param services what the script may ask of the gateway
     * @throws ScriptException with a message for the script's author
     */
    Handler load(ScriptSource source, ScriptServices services) throws ScriptException, InterruptedException;

    /**
     * Has the next loads read these files anew, and the modules that import them. Versions that are loaded keep what
     * they have. On one of its own threads.
     */
    void forget(Set<Path> changed);

    /**
     * Scripts of its own, whose connections go the ways that those of the loaded scripts will. On one of its own threads.
     */
    default List<ScriptSource> rehearsals() {
        return List.of();
    }

    /**
     * What the first connections would otherwise wait for, once scripts are loaded: steps that take turns with handlers,
     * each to be run on one of its own threads.
     */
    default List<Runnable> warmUp() {
        return List.of();
    }

    /** What runs the threads of its handlers. */
    Carriers carriers();

    /** The thread of this stretch, if it runs a script's code, so that others have to wait for it. Any thread, quick. */
    Optional<Thread> running(Carriers.Stretch stretch);

    /**
     * A thread that a script has started, which no carrier runs, if it runs a script's code so that others have to wait for
     * it. Any thread, quick.
     */
    default Optional<Thread> runningBeside() {
        return Optional.empty();
    }

    /**
     * The name of the script whose code a thread of {@link #running} runs, where it is not the thread of one connection.
     * Any thread, quick.
     */
    Optional<String> script(Thread thread);

    /** Has a thread that runs a script's code let others run for a moment. Any thread, does not block. */
    void preempt(Thread thread);

    /**
     * Has a thread of {@link #runningBeside} let others run for as long as something takes that it does meanwhile. Any
     * thread, does not block.
     */
    default void suspend(Thread thread, Runnable meanwhile) {
        throw new UnsupportedOperationException("scripts start no threads here");
    }

    /**
     * Has a thread that runs a script's code tell where it is, unless it is where it cannot.
     *
     * @param stack called with the script's own lines, the innermost last; on that thread, so it must be quick; or never
     */
    void explain(Thread thread, Consumer<String> stack);

    /** Ends what a thread runs, by an error in the script's code. Any thread, does not block. It may not succeed. */
    void end(Thread thread, String why);

    /** Whether scripts can still run. False once one has ended the whole interpreter. */
    boolean isUsable();

    /** Ends what runs and frees what is held. May block for as long as a script refuses to end. */
    @Override
    void close();
}
