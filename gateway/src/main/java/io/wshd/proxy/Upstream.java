package io.wshd.proxy;

import io.undertow.connector.ByteBufferPool;
import io.undertow.server.HttpServerExchange;
import io.wshd.config.ProxyConfig;
import io.wshd.config.UpstreamConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.xnio.XnioIoThread;

/** An application: its servers, and which of them gets a request. Any thread may use it. */
final class Upstream {

    /** What comes of the choice of a server. */
    sealed interface Choice {}

    record Chosen(Server server) implements Choice {}

    /** All that could serve it have as many connections as they may. */
    record Full() implements Choice {}

    /** None may get requests. */
    record Unavailable() implements Choice {}

    private static final Choice FULL = new Full();
    private static final Choice UNAVAILABLE = new Unavailable();

    private final UpstreamConfig config;
    private final List<Server> servers;
    private final List<Connector> connectors;
    private final Balancer balancer;
    private final StickyCookie sticky;
    private final RetryBudget budget;
    private final AtomicReferenceArray<Lane> lanes;
    private final Ticker[] tickers;
    private final int share;
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder retries = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile boolean closed;

    /**
     * @param tickers one for each I/O thread
     * @param random signs cookies when the configuration has no secret
     * @param tls for servers reached by https
     * @param tasks runs what takes longer than an I/O thread may
     */
    Upstream(
            UpstreamConfig config,
            Resolver resolver,
            ByteBufferPool buffers,
            Ticker[] tickers,
            byte[] random,
            SSLContext tls,
            Executor tasks) {
        this.config = config;
        var settings = config.settings();
        this.servers = config.servers().stream()
                .map(server -> new Server(config.name(), server, settings))
                .toList();
        this.connectors = servers.stream()
                .map(server -> new Connector(server, settings, resolver, buffers, tls, tasks))
                .toList();
        this.balancer = Balancer.of(settings.balance());
        this.sticky = settings.sticky()
                .map(cookie -> new StickyCookie(cookie, random, servers))
                .orElse(null);
        this.budget = new RetryBudget(settings.retries().budget());
        this.lanes = new AtomicReferenceArray<>(tickers.length);
        this.tickers = tickers;
        this.share = Math.max(1, Math.ceilDiv(settings.limits().connections(), tickers.length));
    }

    UpstreamConfig config() {
        return config;
    }

    ProxyConfig settings() {
        return config.settings();
    }

    List<Server> servers() {
        return servers;
    }

    List<Connector> connectors() {
        return connectors;
    }

    RetryBudget budget() {
        return budget;
    }

    /** Requests that wait for a connection. */
    int waiting() {
        return waiting.get();
    }

    /** Counts one more that waits, unless there are as many as there may be. */
    boolean joinQueue() {
        if (waiting.incrementAndGet() > settings().limits().queue()) {
            waiting.decrementAndGet();
            return false;
        }
        return true;
    }

    void leaveQueue() {
        waiting.decrementAndGet();
    }

    LongAdder retries() {
        return retries;
    }

    /** Requests that were answered without one of the servers. */
    LongAdder refused() {
        return refused;
    }

    /** The cookie that keeps clients with servers, or null. */
    StickyCookie sticky() {
        return sticky;
    }

    Lane lane(XnioIoThread thread) {
        var lane = lanes.get(thread.getNumber());
        return lane == null ? create(thread) : lane;
    }

    private synchronized Lane create(XnioIoThread thread) {
        int number = thread.getNumber();
        var lane = lanes.get(number);
        if (lane == null) {
            lane = new Lane(thread, tickers[number]);
            for (int i = 0; i < servers.size(); i++) {
                lane.add(servers.get(i), pool(i, lane));
            }
            lanes.set(number, lane);
            if (closed) {
                lane.close();
            }
        }
        return lane;
    }

    private ConnectionPool pool(int server, Lane lane) {
        return new ConnectionPool(
                lane,
                servers.get(server),
                connectors.get(server),
                share,
                settings().timeouts().keepAlive().toNanos(),
                settings().http2());
    }

    /**
     * @param alone whether the request needs a connection of its own
     * @param tried the servers where the request has failed already: the last choice
     */
    Choice choose(Lane lane, HttpServerExchange exchange, boolean alone, Set<Server> tried) {
        if (servers.size() == 1) {
            var only = servers.getFirst();
            boolean usable = only.usable() || only.usableInNeed() || only.usableAgain() && knows(exchange, only);
            return !usable ? UNAVAILABLE : lane.pool(only).hasRoom(alone) ? new Chosen(only) : FULL;
        }
        if (sticky != null && tried.isEmpty()) {
            var before = sticky.server(exchange).filter(Server::usableAgain);
            if (before.isPresent()) {
                return lane.pool(before.get()).hasRoom(alone) ? new Chosen(before.get()) : FULL;
            }
        }
        var usable = usable(tried);
        if (usable.isEmpty()) {
            return UNAVAILABLE;
        }
        var free = new ArrayList<Server>(usable.size());
        for (var server : usable) {
            if (lane.pool(server).hasRoom(alone)) {
                free.add(server);
            }
        }
        return free.isEmpty() ? FULL : new Chosen(balancer.choose(free, exchange));
    }

    private boolean knows(HttpServerExchange exchange, Server server) {
        return sticky != null && sticky.server(exchange).filter(server::equals).isPresent();
    }

    private List<Server> usable(Set<Server> tried) {
        var usable = servers.stream()
                .filter(server -> !server.backup() && server.usable())
                .toList();
        if (usable.isEmpty()) {
            usable = servers.stream()
                    .filter(server -> server.backup() && server.usable())
                    .toList();
        }
        if (usable.isEmpty()) {
            // All have failed of late. To ask one of them is better than to ask none.
            usable = servers.stream().filter(Server::usableInNeed).toList();
        }
        if (tried.isEmpty()) {
            return usable;
        }
        var others = usable.stream().filter(server -> !tried.contains(server)).toList();
        return others.isEmpty() ? usable : others;
    }

    /** The servers and what is with them, for the log. */
    String states() {
        return servers.stream().map(server -> server + " is " + server.state()).collect(Collectors.joining(", "));
    }

    /** Closes idle connections; those in use end with their exchanges. */
    void close() {
        closed = true;
        for (int i = 0; i < lanes.length(); i++) {
            var lane = lanes.get(i);
            if (lane != null) {
                lane.thread().execute(lane::close);
            }
        }
    }
}
