package io.wshd.script.python;

import io.wshd.script.StartedThreads;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.graalvm.polyglot.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that have entered a context. Truffle looks through all of them for those that have ended whenever a new one
 * enters, so that the ten-thousandth connection would cost ten thousand times what the first does. This one is told which
 * have ended and shows only those; for nothing else does Truffle ask for its entries. There is no public API for it; where
 * the table cannot be replaced, all works, and many connections take long to open.
 *
 * <p>What {@link Map} offers is called under Truffle's lock on the context only.
 */
final class ThreadTable extends WeakHashMap<Thread, Object> {

    private static final Logger LOG = LoggerFactory.getLogger(ThreadTable.class);

    /** In the order of their ends, more or less. Not held: Truffle does not hold them either. */
    private final Queue<WeakReference<Thread>> ended = new ConcurrentLinkedQueue<>();

    private final transient StartedThreads started;

    private ThreadTable(StartedThreads started) {
        this.started = started;
    }

    /**
     * Gives a context that no thread has entered yet a table of this kind; null if that cannot be.
     *
     * @param started is told of each thread that a script starts, with Truffle's lock on the context
     */
    @SuppressWarnings("unchecked") // Truffle's own type of thread, which is not public.
    static ThreadTable of(Context context, StartedThreads started) {
        try {
            var table = new ThreadTable(started);
            Object implementation = field(context, "receiver").get(context);
            Field threads = field(implementation, "threads");
            table.putAll((Map<Thread, Object>) threads.get(implementation));
            threads.set(implementation, table);
            return table;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("this Truffle does not give its threads ({}): many connections take long to open", e.toString());
            return null;
        }
    }

    private static Field field(Object of, String name) throws NoSuchFieldException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    /** Whether a script has started a thread, rather than the gateway. By its name: Truffle's type of it is not public. */
    static boolean isStarted(Thread thread) {
        return !thread.isVirtual() && thread.getName().startsWith("Polyglot-");
    }

    @Override
    public Object put(Thread thread, Object known) {
        if (isStarted(thread)) {
            started.begins(thread);
        }
        return super.put(thread, known);
    }

    @Override
    public Object remove(Object thread) {
        if (thread == Thread.currentThread()) {
            started.ends();
        }
        return super.remove(thread);
    }

    /** A thread runs no script's code any more, and ends. On that thread. */
    void ends() {
        ended.add(new WeakReference<>(Thread.currentThread()));
    }

    /** Those of threads that have ended, each once. */
    @Override
    public Set<Map.Entry<Thread, Object>> entrySet() {
        Set<Map.Entry<Thread, Object>> entries = new LinkedHashSet<>();
        for (var next = ended.peek(); next != null; next = ended.peek()) {
            Thread thread = next.get();
            if (thread != null && thread.isAlive()) {
                break;
            }
            ended.remove();
            Object known = thread == null ? null : get(thread);
            if (known != null) {
                entries.add(Map.entry(thread, known));
            }
        }
        return entries;
    }

    /** One table is another only if it is the same: this is no value. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
