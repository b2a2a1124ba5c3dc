package io.wshd.script;

import io.wshd.websocket.CloseStatus;
import io.wshd.websocket.Session;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One connection's part of a script: an instance of its interpreter, and then a version, for as long as the connection
 * lasts. Whoever takes it closes it.
 */
public final class Lease implements AutoCloseable {

    /** "Service restart", as registered with IANA. */
    private static final int RESTART = 1012;

    private final Script script;
    private final Instance instance;
    private volatile Deployment deployment;
    private volatile Session session;
    private volatile Thread thread;
    private volatile Runnable lost;
    private boolean closed;

    Lease(Script script, Instance instance) {
        this.script = script;
        this.instance = instance;
        instance.add(this);
    }

    /**
     * Starts the thread that serves the connection.
     *
     * @param lost refuses the client: for an interpreter that comes to its end before there is a session; called by any
     *     thread, must not block
     */
    public void serve(Runnable service, Runnable lost) {
        this.lost = lost;
        if (instance.isBroken()) {
            // Its carriers may never be free again.
            lost.run();
            close();
        } else {
            instance.interpreter().carriers().threads().newThread(service).start();
        }
    }

    /**
     * Takes the newest valid version into use. On the thread that serves the connection; parks while the script is
     * loaded for the first time.
     *
     * @return empty when no version could be loaded, or none was within the timeout
     */
    public Optional<Handler> acquire(long timeout, TimeUnit unit) throws InterruptedException {
        thread = Thread.currentThread();
        Deployment acquired = script.acquire(this, unit.toNanos(timeout));
        if (acquired == null || !use(acquired)) {
            return Optional.empty();
        }
        return Optional.ofNullable(acquired.handler(instance));
    }

    private synchronized boolean use(Deployment acquired) {
        if (closed) {
            acquired.release(this);
            return false;
        }
        deployment = acquired;
        return true;
    }

    /** The connection's session has begun. */
    public void opened(Session session) {
        this.session = session;
        if (instance.isBroken()) {
            restart("the interpreter is restarted");
        }
    }

    Instance instance() {
        return instance;
    }

    boolean isServedBy(Thread thread) {
        return this.thread == thread;
    }

    /** Closes the session with 1012, or refuses the client if there is none yet: it may come again. Does not block. */
    void restart(String why) {
        if (session != null) {
            close(RESTART, why);
        } else if (lost != null) {
            lost.run();
        }
    }

    /** Closes the session with 1011, if there is one: its handler failed. Does not block. */
    void fail(String why) {
        close(CloseStatus.INTERNAL_ERROR, why);
    }

    private void close(int code, String why) {
        Session open = session;
        if (open != null) {
            try {
                open.close(code, why, false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** {@code handlers/chat_wsh.py (version 3, 127.0.0.1:4711)} */
    @Override
    public String toString() {
        Deployment version = deployment;
        Session open = session;
        return script.name() + " (" + (version == null ? "no version yet" : "version " + version.version())
                + (open == null ? "" : ", " + open.peer()) + ")";
    }

    /** Gives it back, once. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        thread = null;
        instance.remove(this);
        script.released(this, deployment);
    }
}
