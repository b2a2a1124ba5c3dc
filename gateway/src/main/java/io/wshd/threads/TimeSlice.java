package io.wshd.threads;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For how long a thread may run before Linux looks for another one, and so how soon it runs after it was woken: it takes the
 * core from a thread with a longer slice, and waits for the end of that of one with a shorter, for milliseconds maybe. In the
 * long run each gets as much as without. Linux before 6.12 takes no notice, and of other systems nothing is asked. Whatever
 * goes wrong is a line in the log at debug level.
 */
public enum TimeSlice {

    /** For those that have little to do at a time and are waited for, and those that they start; the shortest there is. */
    SHORT(100_000, 0),

    /** For those that have others wait; those that they start have the usual one. */
    LONG(10_000_000, 1);

    private static final Logger LOG = LoggerFactory.getLogger("threads");

    /** Of this process. */
    private static final Path THREADS = Path.of("/proc/self/task");

    private static final int THIS_THREAD = 0;

    /** Of the first version of the kernel's struct sched_attr, in bytes. */
    private static final int SIZE = 48;

    /** Where its sched_flags are, of which the lowest says that it is not inherited. */
    private static final int FLAGS = 8;

    /** Where its sched_runtime is. */
    private static final int RUNTIME = 24;

    private final long nanoseconds;
    private final long flags;

    TimeSlice(long nanoseconds, long flags) {
        this.nanoseconds = nanoseconds;
        this.flags = flags;
    }

    /** Is the calling platform thread's from now on. The first time takes up to 0.1 s. */
    public void ofThisThread() {
        of(() -> List.of(THIS_THREAD));
    }

    /**
     * Is that of the process's threads whose names begin so from now on. The first time takes up to 0.1 s.
     *
     * @param prefix of at most fifteen letters, which are all that Linux keeps of a name
     */
    public void ofThreads(String prefix) {
        of(() -> named(prefix));
    }

    private interface Threads {
        List<Integer> list() throws IOException;
    }

    private void of(Threads threads) {
        Calls calls = Calls.ofThisMachine();
        if (calls != null) {
            try {
                MethodHandle call = Kernel.CALL;
                Set<Integer> done = new HashSet<>();
                // Again for those that have been started meanwhile.
                for (boolean more = true; more; ) {
                    more = false;
                    for (int thread : threads.list()) {
                        if (done.add(thread)) {
                            set(call, calls, thread);
                            more = true;
                        }
                    }
                }
            } catch (Throwable e) {
                LOG.debug("a time slice cannot be set", e);
            }
        }
    }

    private static List<Integer> named(String prefix) throws IOException {
        try (Stream<Path> threads = Files.list(THREADS)) {
            return threads.filter(thread -> name(thread).startsWith(prefix))
                    .map(thread -> Integer.valueOf(thread.getFileName().toString()))
                    .toList();
        }
    }

    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm"));
        } catch (IOException e) {
            return ""; // Ended.
        }
    }

    private void set(MethodHandle call, Calls calls, int thread) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(SIZE, Long.BYTES);
            boolean done = (long) call.invokeExact(calls.get, thread, attributes, SIZE, 0) == 0;
            if (done) {
                attributes.set(JAVA_LONG, RUNTIME, nanoseconds);
                attributes.set(JAVA_LONG, FLAGS, flags);
                done = (long) call.invokeExact(calls.set, thread, attributes, 0, 0) == 0;
            }
            if (!done) {
                LOG.debug("the kernel refuses thread {} a time slice of its own", thread);
            }
        }
    }

    /** The way to it, which is made when it is needed first. */
    private static final class Kernel {

        static final MethodHandle CALL = call();

        @SuppressWarnings("restricted") // The JVM itself sets priorities, but no slices.
        private static MethodHandle call() {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(1));
        }
    }

    /** The numbers of sched_getattr and sched_setattr, for which the C library of Debian 12 has no functions. */
    private record Calls(long get, long set) {

        static Calls ofThisMachine() {
            if (!System.getProperty("os.name").equals("Linux")) {
                return null;
            }
            return switch (System.getProperty("os.arch")) {
                case "amd64" -> new Calls(315, 314);
                case "aarch64" -> new Calls(275, 274);
                default -> null;
            };
        }
    }
}
