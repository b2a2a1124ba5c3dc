package io.wshd.proxy;

import io.wshd.config.ProxyConfig;
import io.wshd.config.UpstreamConfig;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server of an upstream: whether it may get requests, and what it has to do. Any thread may use it.
 *
 * <p>Three parties have a say. An operator may take it out or drain it; a health check finds it well or not; and
 * failures one after another eject it for a while. The operator wins over both others.
 */
final class Server {

    private static final Logger LOG = LoggerFactory.getLogger("proxy");

    /** Share of its weight that a server begins with when it comes back slowly. */
    private static final double FIRST_SHARE = 0.1;

    private final String upstream;
    private final UpstreamConfig.Server config;
    private final ProxyConfig settings;
    private final String id;

    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger tunnels = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final LongAdder requests = new LongAdder();
    private final LongAdder failures = new LongAdder();

    private volatile ServerWish wish = ServerWish.AUTO;
    private volatile boolean healthy = true;
    private volatile boolean ejected;
    private volatile long ejectedUntil;
    private volatile long backSince;
    private volatile boolean slow;

    /** Guarded by this. */
    private int inARow;

    /** Guarded by this. */
    private int ejections;

    /** For round robin; guarded by the balancer. */
    double credit;

    Server(String upstream, UpstreamConfig.Server config, ProxyConfig settings) {
        this.upstream = upstream;
        this.config = config;
        this.settings = settings;
        this.id = id(config.url());
    }

    URI uri() {
        return config.url();
    }

    /** Stands for the URL where a client sees it. */
    String id() {
        return id;
    }

    boolean backup() {
        return config.backup();
    }

    int weight() {
        return config.weight();
    }

    AtomicInteger active() {
        return active;
    }

    int tunnels() {
        return tunnels.get();
    }

    /** Counts one more tunnel, unless there are as many as there may be. */
    boolean openTunnel() {
        if (tunnels.incrementAndGet() > settings.limits().tunnels()) {
            tunnels.decrementAndGet();
            return false;
        }
        return true;
    }

    void closeTunnel() {
        tunnels.decrementAndGet();
        active.decrementAndGet();
    }

    AtomicInteger connections() {
        return connections;
    }

    LongAdder requests() {
        return requests;
    }

    /** The weight, less as long as the server comes back slowly. */
    double share() {
        if (!slow) {
            return config.weight();
        }
        double part =
                (double) (System.nanoTime() - backSince) / settings.slowStart().toNanos();
        if (part >= 1) {
            slow = false;
            return config.weight();
        }
        return config.weight() * Math.max(FIRST_SHARE, part);
    }

    /** Whether new clients may be sent here. */
    boolean usable() {
        return switch (wish) {
            case UP -> true;
            case DRAIN, DOWN -> false;
            case AUTO -> healthy && !isEjected();
        };
    }

    /** Whether clients that were here before may come again. */
    boolean usableAgain() {
        return wish == ServerWish.DRAIN ? healthy && !isEjected() : usable();
    }

    /** Whether only failures of late keep clients away, so that it is the better choice than none. */
    boolean usableInNeed() {
        return wish == ServerWish.AUTO && healthy;
    }

    /** For people. */
    String state() {
        return switch (wish) {
            case UP -> "up (by hand)";
            case DRAIN -> "draining (by hand)";
            case DOWN -> "down (by hand)";
            case AUTO -> !healthy ? "unhealthy" : isEjected() ? "ejected" : slow ? "up (slow start)" : "up";
        };
    }

    void wish(ServerWish wanted) {
        wish = wanted;
        LOG.info("{} {}: {}", upstream, config.url(), state());
    }

    ServerWish wish() {
        return wish;
    }

    long failures() {
        return failures.sum();
    }

    /** It answered. */
    void succeeded() {
        if (inARow == 0 && ejections == 0) {
            return;
        }
        synchronized (this) {
            inARow = 0;
            if (ejections > 0) {
                ejections = 0;
                LOG.info("{} {} answers again", upstream, config.url());
            }
        }
    }

    /** It did not answer as a server should. */
    void failed(String reason) {
        failures.increment();
        var ejection = settings.ejection();
        synchronized (this) {
            inARow++;
            if (ejection.after() == 0 || inARow < ejection.after() || isEjected()) {
                return;
            }
            long time = ejection.time().toNanos() << Math.min(ejections, 20);
            time = Math.min(time < 0 ? Long.MAX_VALUE : time, ejection.most().toNanos());
            ejections++;
            ejectedUntil = System.nanoTime() + time;
            ejected = true;
            LOG.warn(
                    "{} {} is out for {} after {} failures in a row, the last: {}",
                    upstream,
                    config.url(),
                    Duration.ofNanos(time),
                    inARow,
                    reason);
        }
    }

    private boolean isEjected() {
        if (!ejected) {
            return false;
        }
        if (System.nanoTime() - ejectedUntil < 0) {
            return true;
        }
        synchronized (this) {
            if (ejected && System.nanoTime() - ejectedUntil >= 0) {
                ejected = false;
                back();
            }
        }
        return ejected;
    }

    /** What a health check found. */
    void healthy(boolean now, String reason) {
        if (now == healthy) {
            return;
        }
        if (now) {
            back();
            LOG.info("{} {} is healthy again", upstream, config.url());
        } else {
            LOG.warn("{} {} is unhealthy: {}", upstream, config.url(), reason);
        }
        healthy = now;
    }

    private void back() {
        if (!settings.slowStart().isZero()) {
            backSince = System.nanoTime();
            slow = true;
        }
    }

    private static String id(URI url) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256").digest(url.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return config.url().toString();
    }
}
