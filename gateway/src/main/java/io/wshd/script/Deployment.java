package io.wshd.script;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One version of one script that could be loaded. It serves the connections that began while it was the newest, and is
 * closed when the last of them has ended.
 */
public final class Deployment {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final int version;
    private final String hash;
    private final LocalTime since = LocalTime.now(ZoneId.systemDefault());
    private final Handler handler;

    /** Connections that use this version, plus one while it is the newest; at zero it is closed for good. */
    private final AtomicInteger users = new AtomicInteger(1);

    Deployment(int version, String hash, Handler handler) {
        this.version = version;
        this.hash = hash;
        this.handler = handler;
    }

    /** Counted from 1. */
    public int version() {
        return version;
    }

    /** Of the source, in hexadecimal. */
    public String hash() {
        return hash;
    }

    public Handler handler() {
        return handler;
    }

    /** Connections that use this version, the newest version's own count included. */
    public int users() {
        return users.get();
    }

    /**
     * Takes this version into use for one connection.
     *
     * @return false when it has been retired and closed meanwhile: ask for the newest again
     */
    boolean acquire() {
        return users.updateAndGet(count -> count == 0 ? 0 : count + 1) != 0;
    }

    /** Ends one use. */
    public void release() {
        if (users.decrementAndGet() == 0) {
            handler.close();
        }
    }

    /** {@code version 3 of 14:02:11}. */
    @Override
    public String toString() {
        return "version " + version + " of " + TIME.format(since);
    }
}
