package io.wshd.websocket;

import io.wshd.config.WebSocketConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All open sessions, and the one timer that they share: a sweep that pings, and ends what has passed its deadline. A
 * timer per connection would cost more memory and time than it is worth, so deadlines are met to a quarter of a second.
 */
public final class Sessions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private static final Duration SWEEP = Duration.ofMillis(250);

    private final Set<Session> open = ConcurrentHashMap.newKeySet();
    private final Set<Deadline> deadlines = ConcurrentHashMap.newKeySet();
    private final SessionMetrics metrics;
    private final CompressorPool compressors = new CompressorPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("wshd-sessions").factory());

    private volatile boolean closing;

    public Sessions(SessionMetrics metrics) {
        this.metrics = metrics;
        var _ = timer.scheduleWithFixedDelay(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Begins a session on a connection whose handshake is done. The transport starts reading after this.
     *
     * @param config the bounds in force for this session from now on
     * @param deflate what the handshake has agreed on, if anything
     */
    public Session open(Transport transport, WebSocketConfig config, Optional<PerMessageDeflate> deflate) {
        return begin(new Session(transport, config, deflate.orElse(null), this));
    }

    /**
     * Begins a session of raw bytes ({@link Session#raw}) on a connection that is a WebSocket to nobody but its handler.
     */
    public Session openRaw(Transport transport, WebSocketConfig config) {
        var session = new Session(transport, config, null, this);
        session.beginRaw();
        return begin(session);
    }

    private Session begin(Session session) {
        metrics.opening();
        open.add(session);
        if (closing) {
            session.goAway();
        }
        return session;
    }

    /** Something that is to happen unless it is cancelled before. Thread-safe. */
    public final class Deadline {

        private final long at;
        private final Runnable overdue;

        private Deadline(Duration after, Runnable overdue) {
            this.at = System.nanoTime() + after.toNanos();
            this.overdue = overdue;
        }

        public void cancel() {
            deadlines.remove(this);
        }

        private void sweep(long now) {
            if (now - at >= 0 && deadlines.remove(this)) {
                overdue.run();
            }
        }
    }

    /**
     * Sets a deadline for what is no session yet.
     *
     * @param overdue runs once it has passed, on the timer's thread; must not block
     */
    public Deadline deadline(Duration after, Runnable overdue) {
        var deadline = new Deadline(after, overdue);
        deadlines.add(deadline);
        return deadline;
    }

    public int size() {
        return open.size();
    }

    public SessionMetrics metrics() {
        return metrics;
    }

    /**
     * Says 1001 to every peer and parks until they have answered and all sessions have ended, but not past
     * {@code atMost}; then drops those that are left. Sessions opened from now on are sent away at once.
     */
    public void closeAll(Duration atMost) throws InterruptedException {
        closing = true;
        long deadline = System.nanoTime() + atMost.toNanos();
        open.forEach(Session::goAway);
        for (Session session : open) {
            if (!session.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                break;
            }
        }
        open.forEach(Session::drop);
    }

    /** Drops every session and stops the timer. */
    @Override
    public void close() {
        closing = true;
        timer.shutdownNow();
        open.forEach(Session::drop);
        compressors.clear();
    }

    CompressorPool compressors() {
        return compressors;
    }

    void remove(Session session) {
        open.remove(session);
    }

    private void sweep() {
        long now = System.nanoTime();
        for (Session session : open) {
            attempt(() -> session.sweep(now), session::peer);
        }
        for (Deadline deadline : deadlines) {
            attempt(() -> deadline.sweep(now), () -> "a deadline");
        }
    }

    private static void attempt(Runnable sweep, Supplier<Object> of) {
        try {
            sweep.run();
        } catch (RuntimeException e) {
            // The timer would silently stop for all.
            LOG.error("sweep of {} failed", of.get(), e);
        }
    }
}
