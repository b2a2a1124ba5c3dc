package io.wshd.gateway;

import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.GracefulShutdownHandler;
import io.wshd.config.ConfigException;
import io.wshd.config.GatewayConfig;
import io.wshd.config.RouteConfig;
import io.wshd.config.WebSocketConfig;
import io.wshd.proxy.ReverseProxy;
import io.wshd.proxy.Upstreams;
import io.wshd.script.Language;
import io.wshd.script.ScriptRuntime;
import io.wshd.script.js.JsInterpreter;
import io.wshd.script.python.PythonInterpreter;
import io.wshd.security.TrustedProxies;
import io.wshd.threads.TimeSlice;
import io.wshd.websocket.SessionMetrics;
import io.wshd.websocket.Sessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** A running gateway: its listeners, the routes behind them, and all that they use. */
public final class Gateway implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("gateway");

    /** For requests and WebSocket sessions to end when the gateway stops. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    /** Of the buffers that requests are read into; what Undertow itself chooses. */
    private static final int BUFFER = 16 * 1024;

    /** With this the names of the threads begin that serve clients. */
    private static final String WORKER = "wshd";

    private final ScriptRuntime scripts;
    private final Sessions sessions;
    private final Upstreams upstreams;
    private final XnioWorker worker;
    private final FirstConnections first;
    private final GracefulShutdownHandler requests;
    private final Listeners listeners;

    /** These three change together, by one thread at a time. */
    private GatewayConfig config;

    private Routes routes;
    private volatile HttpHandler current;

    private Gateway(GatewayConfig config) throws ConfigException {
        this.config = config;
        this.worker = worker();
        // Without thread-local caches, since virtual threads are many. And with a bound above zero: what a virtual
        // thread gives back past the bound, Undertow keeps for as long as that thread lives, so 16 KiB for each
        // connection.
        ByteBufferPool buffers =
                new DefaultByteBufferPool(true, BUFFER, config.http().bufferPool(), 0, 0);
        this.first = new FirstConnections(worker, buffers, bounds(config));
        int fetches = config.scripts().fetches();
        this.scripts = new ScriptRuntime(
                config,
                Map.of(
                        Language.PYTHON,
                        (settings, scratch) -> new PythonInterpreter(settings, scratch, config.root()),
                        Language.JAVASCRIPT,
                        (settings, scratch) -> new JsInterpreter(settings, fetches)),
                served(worker),
                first);
        this.sessions = new Sessions(new SessionMetrics());
        this.upstreams = new Upstreams(worker, buffers);
        this.requests = new GracefulShutdownHandler(new ErrorPages(exchange -> current.handleRequest(exchange)));
        this.listeners = new Listeners(worker, buffers, requests);
    }

    /**
     * Starts to accept connections. Scripts are loaded in the background; what needs one waits for it.
     *
     * @throws ConfigException if a listener's address cannot be had; nothing is left running then
     */
    public static Gateway start(GatewayConfig config) throws ConfigException {
        Gateway gateway = new Gateway(config);
        boolean listening = false;
        try {
            gateway.routes = new Routes(config, gateway.scripts, gateway.sessions, gateway.upstreams, null);
            gateway.current = gateway.entrance(config, gateway.routes);
            gateway.listeners.change(config.listeners(), config.http()).keep();
            listening = true;
        } finally {
            if (!listening) {
                gateway.close();
            }
        }
        Thread.ofVirtual().name("time-slices").start(() -> TimeSlice.SHORT.ofThreads(WORKER));
        gateway.scripts.start();
        return gateway;
    }

    /**
     * Changes to another configuration. What is configured as before keeps running as it is; what is not ends within the
     * drain timeout, in the background. Blocks on files and on the opening of listeners.
     *
     * @return what has changed, for the log
     * @throws ConfigException if the configuration cannot be used; everything is as before then
     */
    public synchronized String reload(GatewayConfig next) throws ConfigException {
        Routes fresh;
        Listeners.Change change;
        boolean good = false;
        try {
            scripts.declare(next.interpreters());
            fresh = new Routes(next, scripts, sessions, upstreams, routes);
            change = listeners.change(next.listeners(), next.http());
            good = true;
        } finally {
            if (!good) {
                upstreams.retain(routes.upstreams());
                scripts.retain(routes.scripts());
            }
        }
        // Before the first request comes for a route that is new.
        scripts.refresh();
        Routes old = routes;
        List<String> later = Restart.needed(config, next);
        current = entrance(next, fresh);
        routes = fresh;
        config = next;
        change.keep();
        scripts.retain(fresh.scripts());
        upstreams.retain(fresh.upstreams());
        Set<ReverseProxy> gone = new HashSet<>(old.proxies());
        gone.removeAll(fresh.proxies());
        Drain.begin(gone, next.drainTimeout());
        String summary = fresh.unchanged() + " of " + fresh.count() + " routes unchanged"
                + (later.isEmpty() ? "" : "; until the next start without effect: " + String.join(", ", later));
        LOG.info("reloaded: {}", summary);
        return summary;
    }

    private HttpHandler entrance(GatewayConfig settings, Routes behind) {
        HttpHandler handler = behind.handler();
        long maxBody = settings.http().maxBody();
        HttpHandler bounded = exchange -> {
            exchange.setMaxEntitySize(maxBody);
            handler.handleRequest(exchange);
        };
        return TrustedProxies.before(bounded, settings.trustedProxies());
    }

    /** The addresses in use, in the order of the configuration; a port of 0 there is the one chosen here. */
    public synchronized List<InetSocketAddress> addresses() {
        return listeners.addresses();
    }

    /** What the scripts are doing. */
    public ScriptRuntime scripts() {
        return scripts;
    }

    /** The applications behind the proxies. */
    public Upstreams upstreams() {
        return upstreams;
    }

    private static XnioWorker worker() {
        int cores = Runtime.getRuntime().availableProcessors();
        try {
            return Xnio.getInstance()
                    .createWorker(OptionMap.builder()
                            .set(Options.WORKER_NAME, WORKER)
                            .set(Options.WORKER_IO_THREADS, cores)
                            .set(Options.WORKER_TASK_CORE_THREADS, 1)
                            .set(Options.WORKER_TASK_MAX_THREADS, 8 * cores)
                            .set(Options.TCP_NODELAY, true)
                            .getMap());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those that sessions of scripts may have. */
    private static List<WebSocketConfig> bounds(GatewayConfig config) {
        return config.hosts().stream()
                .flatMap(host -> host.routes().stream())
                .filter(route -> route.scripts().isPresent())
                .map(RouteConfig::compatibility)
                .distinct()
                .map(config.websocket()::with)
                .toList();
    }

    /** Nanoseconds of processor time that the I/O threads have used so far. */
    private static LongSupplier served(XnioWorker worker) {
        var threads = ManagementFactory.getThreadMXBean();
        var ids = IntStream.range(0, worker.getIoThreadCount())
                .mapToLong(i -> worker.getIoThread(i).threadId())
                .toArray();
        return () -> LongStream.of(ids)
                .map(id -> Math.max(0, threads.getThreadCpuTime(id)))
                .sum();
    }

    /** Stops: no new connections, 1001 to WebSockets, and a bounded wait for what is under way. */
    @Override
    public synchronized void close() {
        listeners.stop();
        requests.shutdown();
        try {
            sessions.closeAll(STOP_TIMEOUT);
            if (!requests.awaitShutdown(STOP_TIMEOUT.toMillis())) {
                LOG.warn("requests still ran {} s after the stop; they were cut off", STOP_TIMEOUT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sessions.close();
        scripts.close();
        upstreams.close();
        first.close();
        worker.shutdownNow();
    }
}
