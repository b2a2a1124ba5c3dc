package io.wshd.gateway;

import io.wshd.proxy.ReverseProxy;
import java.time.Duration;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of proxies that a reload has taken out of use: what they have under way may finish, within a bound. */
final class Drain {

    private static final Logger LOG = LoggerFactory.getLogger("gateway");
    private static final Duration LOOK = Duration.ofMillis(100);

    private Drain() {}

    /** Returns at once; the rest happens on a thread of its own. */
    static void begin(Collection<ReverseProxy> gone, Duration timeout) {
        if (!gone.isEmpty()) {
            Thread.ofVirtual().name("drain").start(() -> drain(gone, timeout));
        }
    }

    private static void drain(Collection<ReverseProxy> gone, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (active(gone) > 0 && System.nanoTime() - deadline < 0) {
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int left = active(gone);
        if (left > 0) {
            LOG.info("{} requests and tunnels of routes that are gone or changed were left after {}", left, timeout);
        }
        gone.forEach(ReverseProxy::end);
    }

    private static int active(Collection<ReverseProxy> gone) {
        return gone.stream().mapToInt(ReverseProxy::active).sum();
    }
}
