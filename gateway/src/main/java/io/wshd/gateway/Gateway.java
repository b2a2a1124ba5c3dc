package io.wshd.gateway;

import io.undertow.Undertow;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.GracefulShutdownHandler;
import io.wshd.config.ConfigException;
import io.wshd.config.GatewayConfig;
import io.wshd.config.ListenerConfig;
import io.wshd.script.Language;
import io.wshd.script.ScriptRuntime;
import io.wshd.script.js.JsInterpreter;
import io.wshd.script.python.PythonInterpreter;
import io.wshd.security.TlsException;
import io.wshd.websocket.SessionMetrics;
import io.wshd.websocket.Sessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    private final GatewayConfig config;
    private final ScriptRuntime scripts;
    private final Sessions sessions;
    private final Routes routes;
    private final GracefulShutdownHandler requests;
    private final XnioWorker worker;
    private final List<Undertow> listeners = new ArrayList<>();

    private Gateway(GatewayConfig config) throws ConfigException {
        this.config = config;
        int fetches = config.scripts().fetches();
        this.scripts = new ScriptRuntime(
                config,
                Map.of(
                        Language.PYTHON,
                        (settings, scratch) -> new PythonInterpreter(settings, scratch, config.root()),
                        Language.JAVASCRIPT,
                        (settings, scratch) -> new JsInterpreter(settings, fetches)));
        this.sessions = new Sessions(new SessionMetrics());
        this.routes = new Routes(config, scripts, sessions);
        HttpHandler handler = routes.handler();
        HttpHandler bounded = exchange -> {
            exchange.setMaxEntitySize(config.http().maxBody());
            handler.handleRequest(exchange);
        };
        this.requests = new GracefulShutdownHandler(new ErrorPages(bounded));
        this.worker = worker();
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
            gateway.listen();
            listening = true;
        } finally {
            if (!listening) {
                gateway.close();
            }
        }
        gateway.scripts.start();
        return gateway;
    }

    /** The addresses in use, in the order of the configuration; a port of 0 there is the one chosen here. */
    public List<InetSocketAddress> addresses() {
        return listeners.stream()
                .map(listener -> (InetSocketAddress)
                        listener.getListenerInfo().getFirst().getAddress())
                .toList();
    }

    /** What the scripts are doing. */
    public ScriptRuntime scripts() {
        return scripts;
    }

    private void listen() throws ConfigException {
        // Without thread-local caches, since virtual threads are many. And with a bound above zero: what a virtual
        // thread
        // gives back past the bound, Undertow keeps for as long as that thread lives, so 16 KiB for each connection.
        ByteBufferPool buffers =
                new DefaultByteBufferPool(true, BUFFER, config.http().bufferPool(), 0, 0);
        List<String> mistakes = new ArrayList<>();
        for (ListenerConfig listener : config.listeners()) {
            try {
                Undertow undertow = Listener.of(listener, config.http(), worker, buffers, requests);
                undertow.start();
                listeners.add(undertow);
            } catch (TlsException e) {
                mistakes.add(listener.place() + ": " + e.getMessage());
            } catch (RuntimeException e) {
                mistakes.add(Bind.complaint(listener, e));
            }
        }
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
    }

    private static XnioWorker worker() {
        int cores = Runtime.getRuntime().availableProcessors();
        try {
            return Xnio.getInstance()
                    .createWorker(OptionMap.builder()
                            .set(Options.WORKER_NAME, "wshd")
                            .set(Options.WORKER_IO_THREADS, cores)
                            .set(Options.WORKER_TASK_CORE_THREADS, 1)
                            .set(Options.WORKER_TASK_MAX_THREADS, 8 * cores)
                            .set(Options.TCP_NODELAY, true)
                            .getMap());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops: no new connections, 1001 to WebSockets, and a bounded wait for what is under way. */
    @Override
    public void close() {
        listeners.forEach(Undertow::stop);
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
        routes.close();
        worker.shutdownNow();
    }
}
