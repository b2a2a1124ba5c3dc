package io.wshd.script;

import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the scripts of one interpreter, one after another and off the serving path, on a thread of its own. Starts the
 * interpreter before the first.
 */
final class Loader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    private final String name;
    private final Interpreter interpreter;

    /** At most two tasks per script wait here. */
    private final BlockingDeque<Runnable> tasks = new LinkedBlockingDeque<>();

    private final Thread thread;
    private volatile boolean closed;

    private boolean started;

    Loader(String name, Interpreter interpreter) {
        this.name = name;
        this.interpreter = interpreter;
        this.thread = Thread.ofPlatform().daemon().name("loader-" + name).start(this::run);
    }

    Interpreter interpreter() {
        return interpreter;
    }

    /** Has a task run on the loader's thread, after those that wait already. */
    void execute(Runnable task) {
        tasks.addLast(task);
    }

    /** Has a task run before those that wait: somebody waits for it. */
    void executeNext(Runnable task) {
        tasks.addFirst(task);
    }

    private void run() {
        try {
            while (!closed) {
                tasks.takeFirst().run();
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: closed", name);
        }
    }

    /**
     * Starts the interpreter unless it runs. Only on the loader's thread; takes seconds.
     *
     * @throws ScriptException if it cannot start
     * @throws InterruptedException when the gateway closes meanwhile
     */
    void ready() throws ScriptException, InterruptedException {
        if (!started) {
            long start = System.nanoTime();
            guarded(() -> {
                interpreter.start();
                return null;
            });
            started = true;
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            LOG.info("{} interpreter started in {} ms, scripts are {}", name, millis, ScriptEngine.mode());
        }
    }

    /**
     * Loads a version. Only on the loader's thread, when ready; blocks while the script's own code runs.
     *
     * @throws InterruptedException when the gateway closes meanwhile
     */
    Handler load(ScriptSource source, ScriptServices services) throws ScriptException, InterruptedException {
        return guarded(() -> interpreter.load(source, services));
    }

    @FunctionalInterface
    private interface Step<T> {
        T take() throws ScriptException, InterruptedException;
    }

    private <T> T guarded(Step<T> step) throws ScriptException, InterruptedException {
        try {
            return step.take();
        } catch (RuntimeException | LinkageError e) {
            if (closed) {
                throw new InterruptedException(name + " is closed");
            }
            LOG.error("the {} interpreter failed", name, e);
            throw new ScriptException("the " + name + " interpreter failed: " + e, e);
        }
    }

    /** Ends what the interpreter runs, and loads no more. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        interpreter.close();
    }
}
