package io.wshd.script;

import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;

/** Does what changes an interpreter's scripts, one after another and off the serving path, on a thread of its own. */
final class Loader implements AutoCloseable {

    /** A step of the loader's; may block, within the bounds of what it calls. */
    @FunctionalInterface
    interface Task {
        void run() throws InterruptedException;
    }

    private final String name;

    /** At most two tasks per script wait here, and one for each look at the files and each instance. */
    private final BlockingDeque<Task> tasks = new LinkedBlockingDeque<>();

    private final Runnable whenDone;
    private final Thread thread;

    /** @param whenDone run each time that no task waits any more */
    Loader(String name, Runnable whenDone) {
        this.name = name;
        this.whenDone = whenDone;
        this.thread = Thread.ofPlatform().daemon().name("loader-" + name).start(this::run);
    }

    /** Has a task run after those that wait already. */
    void execute(Task task) {
        tasks.addLast(task);
    }

    /** Has a task run before those that wait: somebody waits for it. */
    void executeNext(Task task) {
        tasks.addFirst(task);
    }

    private void run() {
        Persistent.repeat("loading scripts of " + name, this::next);
    }

    private void next() throws InterruptedException {
        try {
            tasks.takeFirst().run();
        } finally {
            if (tasks.isEmpty()) {
                whenDone.run();
            }
        }
    }

    /** Runs no more tasks; the one that runs is interrupted. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
