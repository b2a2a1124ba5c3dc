package io.wshd.script.js;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The HTTP client that the scripts of one interpreter share, and how many requests they have under way. Thread-safe. */
final class Fetcher implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private HttpClient client;

    /**
     * @param most requests under way at a time
     */
    Fetcher(int most) {
        this.most = most;
    }

    int most() {
        return most;
    }

    /** Requests under way, their responses not read to the end. */
    int open() {
        return open.get();
    }

    /** Requests that were refused because there were too many. */
    long refused() {
        return refused.sum();
    }

    /** Counts a request in, unless there are too many. */
    boolean begin() {
        boolean taken = open.getAndUpdate(count -> Math.min(most, count + 1)) < most;
        if (!taken) {
            refused.increment();
        }
        return taken;
    }

    void end() {
        open.decrementAndGet();
    }

    /** Made when it is first used: it has threads of its own. Redirects are the caller's affair. */
    synchronized HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .connectTimeout(CONNECT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
        }
        return client;
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdownNow();
        }
    }
}
