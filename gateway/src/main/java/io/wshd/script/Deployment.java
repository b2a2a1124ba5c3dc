package io.wshd.script;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One version of one script that could be loaded, in each instance of its interpreter. It serves the connections that
 * began while it was the newest, and is closed when the last of them has ended.
 */
public final class Deployment {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final int version;
    private final ScriptSource source;
    private final Duration loaded;
    private final LocalTime since = LocalTime.now(ZoneId.systemDefault());
    private final Map<Instance, Handler> handlers = new ConcurrentHashMap<>();
    private final Set<Lease> leases = ConcurrentHashMap.newKeySet();

    /** Connections that use this version, plus one while it is the newest; at zero it is closed for good. */
    private final AtomicInteger users = new AtomicInteger(1);

    /**
     * @param loaded how long that took
     */
    Deployment(int version, ScriptSource source, Map<Instance, Handler> handlers, Duration loaded) {
        this.version = version;
        this.source = source;
        this.loaded = loaded;
        this.handlers.putAll(handlers);
    }

    /** Counted from 1. */
    public int version() {
        return version;
    }

    ScriptSource source() {
        return source;
    }

    Duration loaded() {
        return loaded;
    }

    LocalTime since() {
        return since;
    }

    /** The handler of an instance; null while that loads it. */
    Handler handler(Instance instance) {
        return handlers.get(instance);
    }

    /** An instance that has come later has loaded it as well. */
    void add(Instance instance, Handler handler) {
        handlers.put(instance, handler);
    }

    /** An instance is no more. */
    void remove(Instance instance) {
        handlers.remove(instance);
    }

    /** The files that it was made from besides the script itself, in each instance; may grow while it runs. */
    List<Imports> imports() {
        return handlers.values().stream().map(Handler::imports).toList();
    }

    /** Connections that use it. */
    List<Lease> leases() {
        return List.copyOf(leases);
    }

    /**
     * Takes this version into use for one connection.
     *
     * @return false when it has been retired and closed meanwhile: ask for the newest again
     */
    boolean acquire(Lease lease) {
        boolean acquired = users.updateAndGet(count -> count == 0 ? 0 : count + 1) != 0;
        if (acquired) {
            leases.add(lease);
        }
        return acquired;
    }

    /** Ends one use, or with null the time as the newest. */
    void release(Lease lease) {
        if (lease != null) {
            leases.remove(lease);
        }
        if (users.decrementAndGet() == 0) {
            handlers.values().forEach(Handler::close);
        }
    }

    /** {@code version 3 of 14:02:11}. */
    @Override
    public String toString() {
        return "version " + version + " of " + TIME.format(since);
    }
}
