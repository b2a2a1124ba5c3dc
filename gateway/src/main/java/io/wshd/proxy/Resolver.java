package io.wshd.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks name servers, away from the I/O threads, and again when an answer has become old. An old answer is used until
 * there is a new one: a name server that is down for a while stops nothing. Any thread may use it.
 */
final class Resolver implements AutoCloseable {

    /** Where an answer goes. */
    interface Answer {
        void found(List<InetAddress> addresses);

        void unknown(UnknownHostException e);
    }

    /** Asks for a name; may block for long. */
    interface Lookup {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private record Waiting(Executor executor, Answer answer) {}

    /** What is known of one name. Guarded by itself. */
    private static final class Name {
        private List<InetAddress> addresses = List.of();
        private boolean literal;
        private long asked;
        private boolean asking;
        private final List<Waiting> waiting = new ArrayList<>();
    }

    private static final Logger LOG = LoggerFactory.getLogger("proxy");
    private static final int THREADS = 2;
    private static final int QUEUE = 1000;

    /** Names of upstreams; a configuration has few of them. */
    private final Map<String, Name> names = new ConcurrentHashMap<>();

    private final ThreadPoolExecutor lookups = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE),
            Thread.ofPlatform().daemon().name("wshd-resolver-", 1).factory());

    private final Lookup lookup;

    Resolver() {
        this(InetAddress::getAllByName);
    }

    Resolver(Lookup lookup) {
        this.lookup = lookup;
        lookups.allowCoreThreadTimeOut(true);
    }

    /**
     * Finds the addresses of a host; a literal address is its own.
     *
     * @param refresh after which an answer is old
     * @param executor runs the answer, unless that is known already: then it comes before this returns
     */
    void resolve(String host, Duration refresh, Executor executor, Answer answer) {
        var name = names.computeIfAbsent(host, Resolver::known);
        List<InetAddress> addresses;
        synchronized (name) {
            addresses = name.addresses;
            if (addresses.isEmpty()) {
                name.waiting.add(new Waiting(executor, answer));
            }
            askIfOld(host, name, refresh);
        }
        if (!addresses.isEmpty()) {
            answer.found(addresses);
        }
    }

    /**
     * The last answer; empty when there was none yet. When it is old, it is asked for again meanwhile.
     *
     * @param refresh after which an answer is old
     */
    List<InetAddress> last(String host, Duration refresh) {
        var name = names.get(host);
        if (name == null) {
            return List.of();
        }
        synchronized (name) {
            if (!name.addresses.isEmpty()) {
                askIfOld(host, name, refresh);
            }
            return name.addresses;
        }
    }

    private static Name known(String host) {
        var name = new Name();
        try {
            name.addresses = List.of(InetAddress.ofLiteral(host));
            name.literal = true;
        } catch (IllegalArgumentException e) {
            // A name, to be asked for.
        }
        return name;
    }

    private void askIfOld(String host, Name name, Duration refresh) {
        boolean old = name.addresses.isEmpty() || System.nanoTime() - name.asked > refresh.toNanos();
        if (!old || name.asking || name.literal) {
            return;
        }
        name.asking = true;
        try {
            lookups.execute(() -> look(host, name));
        } catch (RejectedExecutionException e) {
            name.asking = false;
            tell(name, List.of(), new UnknownHostException(host + ": too many lookups wait"));
        }
    }

    private void look(String host, Name name) {
        List<InetAddress> found = List.of();
        UnknownHostException failure = null;
        try {
            found = List.of(lookup.addresses(host));
        } catch (UnknownHostException e) {
            failure = e;
        }
        synchronized (name) {
            name.asking = false;
            name.asked = System.nanoTime();
            if (failure == null) {
                if (!name.addresses.isEmpty() && !name.addresses.equals(found)) {
                    LOG.info("{} now has the addresses {}", host, shown(found));
                }
                name.addresses = found;
            } else if (!name.addresses.isEmpty()) {
                LOG.warn("{} is not known any more; its last addresses {} are used", host, shown(name.addresses));
            }
            tell(name, found, failure);
        }
    }

    private static void tell(Name name, List<InetAddress> found, UnknownHostException failure) {
        for (var waiting : name.waiting) {
            try {
                waiting.executor().execute(() -> {
                    if (failure == null) {
                        waiting.answer().found(found);
                    } else {
                        waiting.answer().unknown(failure);
                    }
                });
            } catch (RejectedExecutionException e) {
                LOG.debug("the gateway stopped before a name was found");
            }
        }
        name.waiting.clear();
    }

    private static List<String> shown(List<InetAddress> addresses) {
        return addresses.stream().map(InetAddress::getHostAddress).toList();
    }

    @Override
    public void close() {
        lookups.shutdownNow();
    }
}
