package io.wshd.script;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a script that hoards memory from taking the gateway with it: when all garbage is gone and still too much of the heap
 * in use, the instance whose threads have allocated most since it was not is replaced by a fresh one; if that does not
 * help, the next one. Where memory is gone faster than the collector tells, a reserve is let go of, so that there is enough
 * left to replace the instance with: whatever thread asks for memory then would fail, those that serve clients among them.
 *
 * <p>What one interpreter holds cannot be bounded: the heap is one, and the limits that GraalVM has for contexts are part
 * of its commercial edition. What the threads of one allocate, the JVM counts.
 */
final class MemoryGuard implements NotificationListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    /** As the JVM's collectors of all kinds call a collection of everything. */
    private static final String FULL = "end of major GC";

    /** Until another instance is suspected that need not be at fault: one that ends frees its memory only then. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Collections of part of the heap in a row that leave too much in use, before one of all of it is asked for. */
    private static final int IN_A_ROW = 2;

    /** Collections after all of the heap was looked through, which free what was found to be garbage. */
    private static final int FREEING = 3;

    /** Of the heap, that is kept in reserve, and bounds for it in bytes. */
    private static final double RESERVED = 0.04;

    private static final long LEAST_RESERVE = 4L << 20;
    private static final long MOST_RESERVE = 16L << 20;

    /** Between two looks at the reserve: the collector lets go of what is not used for long even if it need not. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Collection<NamedInterpreter> interpreters;
    private final int percent;
    private final Thread keeper =
            Thread.ofPlatform().daemon().name("heap-reserve").unstarted(this::keepReserve);
    private final Set<String> pools;

    /** What the threads of each instance had allocated when there was enough memory the last time, or it was new. */
    private final Map<Instance, Long> before = new WeakHashMap<>();

    /** Bytes of the heap, after the last collection. */
    private volatile long inUse;

    /** Collections in a row that have left too much in use. */
    private int full;

    private Search search = Search.NONE;
    private long patientUntil = System.nanoTime();

    /** For garbage in all of the heap. */
    private enum Search {
        NONE(""),
        UNDER_WAY("while garbage is searched for"),
        DONE("after a search for garbage");

        /** For the log, when too much is in use then. */
        final String found;

        Search(String found) {
            this.found = found;
        }
    }

    /** @param percent of the heap that may be in use when all garbage is gone */
    MemoryGuard(Collection<NamedInterpreter> interpreters, int percent) {
        this.interpreters = interpreters;
        this.percent = percent;
        this.pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getName)
                .collect(Collectors.toSet());
    }

    void start() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(this, null, null);
            }
        }
        keeper.start();
    }

    @Override
    public void close() {
        keeper.interrupt();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                try {
                    emitter.removeNotificationListener(this);
                } catch (ListenerNotFoundException e) {
                    LOG.debug("was not started", e);
                }
            }
        }
    }

    /** The JVM fails nobody's allocation before it has cleared all soft references. */
    private void keepReserve() {
        long most = Runtime.getRuntime().maxMemory();
        int size = (int) Math.clamp(Math.round(RESERVED * most), LEAST_RESERVE, MOST_RESERVE);
        var lost = new ReferenceQueue<byte[]>();
        Persistent.repeat("keeping memory in reserve", () -> {
            // To ask for what is not there has the JVM collect everything, which leaves no time for those who end.
            do {
                Thread.sleep(LOOK);
            } while (isShort(inUse + size, most));
            var reserve = new SoftReference<>(new byte[size], lost);
            while (lost.remove(LOOK.toMillis()) == null) {
                reserve.get();
            }
            giveUpAtOnce(most);
        });
    }

    private synchronized void giveUpAtOnce(long most) {
        // The one before may still be ending.
        if (System.nanoTime() - patientUntil >= LOOK.toNanos() - PATIENCE.toNanos()) {
            full = 0;
            search = Search.NONE;
            suspect(most).ifPresent(suspect -> replace(suspect, "and a reserve is used up", most, most));
        }
    }

    /** After each collection, on a thread of the JVM. */
    @Override
    public void handleNotification(Notification notification, Object unused) {
        if (notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            var collection = GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
            Map<String, MemoryUsage> after = collection.getGcInfo().getMemoryUsageAfterGc();
            long used = after.entrySet().stream()
                    .filter(pool -> pools.contains(pool.getKey()))
                    .mapToLong(pool -> pool.getValue().getUsed())
                    .sum();
            inUse = used;
            judge(
                    collection.getGcAction().equals(FULL),
                    used,
                    Runtime.getRuntime().maxMemory());
        }
    }

    private synchronized void judge(boolean everything, long used, long most) {
        boolean enough = used < most / 100 * percent;
        if (enough) {
            before.clear();
        }
        interpreters.forEach(interpreter ->
                interpreter.instances().forEach(instance -> before.computeIfAbsent(instance, MemoryGuard::allocated)));
        if (enough) {
            full = 0;
            search = Search.NONE;
        } else if (System.nanoTime() - patientUntil < 0) {
            full = 0;
            if (isShort(used, most)) {
                // Of the next hoarder, as when its client has come back at once.
                suspect(most)
                        .filter(suspect -> suspect.allocated() >= most / 100 * (100 - percent))
                        .ifPresent(suspect -> replace(suspect, "soon after another one was", used, most));
            }
        } else if (everything
                || search == Search.DONE && ++full >= FREEING
                || search != Search.NONE && isShort(used, most)) {
            String found = everything ? "after a full collection" : search.found;
            full = 0;
            search = Search.NONE;
            suspect(most).ifPresent(suspect -> replace(suspect, found, used, most));
        } else if (search == Search.NONE && ++full >= IN_A_ROW) {
            search = Search.UNDER_WAY;
            Thread.ofPlatform().daemon().name("heap-guard").start(this::search);
        }
    }

    /** Whether half of what there was beyond the bound is gone: nobody waits for a search then. */
    private boolean isShort(long used, long most) {
        return used >= most / 200 * (100 + percent);
    }

    /**
     * Now, while there is memory left to act in: the JVM itself would wait until there is little or none. With the flags of
     * bin/wshd that goes on beside everybody, and what is garbage is freed by the next collections; without them, at once.
     */
    @SuppressWarnings("SystemGc")
    private void search() {
        System.gc();
        synchronized (this) {
            if (search == Search.UNDER_WAY) {
                search = Search.DONE;
                full = 0;
            }
        }
    }

    private record Suspect(NamedInterpreter interpreter, Instance instance, long allocated) {}

    /** The one that has allocated most; none that cannot be at fault. */
    private Optional<Suspect> suspect(long most) {
        return interpreters.stream()
                .flatMap(interpreter -> interpreter.instances().stream()
                        .filter(instance -> !instance.isBroken())
                        .map(instance -> new Suspect(interpreter, instance, since(instance))))
                .filter(suspect -> suspect.allocated() >= most / 1000 * (100 - percent))
                .max(Comparator.comparingLong(Suspect::allocated));
    }

    private void replace(Suspect suspect, String found, long used, long most) {
        patientUntil = System.nanoTime() + PATIENCE.toNanos();
        suspect.interpreter()
                .replace(
                        suspect.instance(),
                        "%d MiB of %d are in use %s (scripts.heap-guard), and its scripts have allocated most, %d MiB"
                                .formatted(used >> 20, most >> 20, found, suspect.allocated() >> 20));
    }

    private long since(Instance instance) {
        long now = allocated(instance);
        return now - before.getOrDefault(instance, now);
    }

    private static long allocated(Instance instance) {
        return instance.interpreter().carriers().allocated();
    }
}
