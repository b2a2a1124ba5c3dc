package io.wshd.gateway;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import io.wshd.config.GatewayConfig;
import io.wshd.observe.RequestId;
import io.wshd.script.Handler;
import io.wshd.script.Lease;
import io.wshd.script.Opening;
import io.wshd.script.Script;
import io.wshd.websocket.Handshake;
import io.wshd.websocket.PerMessageDeflate;
import io.wshd.websocket.Session;
import io.wshd.websocket.Sessions;
import io.wshd.websocket.XnioTransport;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * One connection of a script from its handshake to its end; runs on a virtual thread of the script's interpreter, which
 * may block in the script's own code all the time.
 */
final class ScriptUpgrade implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger("websocket");

    private final Handshake.Accepted handshake;
    private final Script script;
    private final Lease lease;
    private final Sessions sessions;
    private final GatewayConfig config;
    private final CompletableFuture<Session> opened = new CompletableFuture<>();

    /** Set by whoever answers the request: this thread, or the deadline while the script's hook still runs. */
    private final AtomicBoolean answered = new AtomicBoolean();

    /** Forgotten once the session is open: its headers and buffers would live as long as the connection. */
    private HttpServerExchange exchange;

    ScriptUpgrade(
            HttpServerExchange exchange,
            Handshake.Accepted handshake,
            Script script,
            Lease lease,
            Sessions sessions,
            GatewayConfig config) {
        this.exchange = exchange;
        this.handshake = handshake;
        this.script = script;
        this.lease = lease;
        this.sessions = sessions;
        this.config = config;
    }

    @Override
    public void run() {
        try (lease) {
            Optional<Handler> handler =
                    lease.acquire(config.scripts().readyTimeout().toMillis(), TimeUnit.MILLISECONDS);
            if (handler.isEmpty()) {
                refuse(StatusCodes.SERVICE_UNAVAILABLE, "no version of the script could be loaded");
                return;
            }
            converse(handler.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(StatusCodes.SERVICE_UNAVAILABLE, "interrupted");
        } catch (RuntimeException | Error e) {
            LOG.error("{}: the gateway failed", script.name(), e);
            refuse(StatusCodes.INTERNAL_SERVER_ERROR, e.toString());
        }
    }

    private void converse(Handler handler) throws InterruptedException {
        Opening opening = open(handler);
        switch (opening) {
            case Opening.Refused refused -> refuse(refused.status(), refused.reason());
            case Opening.Aborted aborted -> abort();
            case Opening.Accepted accepted -> {
                if (answered.compareAndSet(false, true)) {
                    switchProtocols(accepted);
                    Session session = session();
                    if (session != null) {
                        lease.opened(session);
                        accepted.conversation().run(session);
                    }
                }
            }
        }
    }

    private Opening open(Handler handler) throws InterruptedException {
        HttpServerExchange waiting = exchange;
        Duration timeout = config.websocket().handshakeTimeout();
        XnioExecutor.Key deadline = waiting.getIoThread()
                .executeAfter(
                        () -> refuse(StatusCodes.SERVICE_UNAVAILABLE, "the handshake hook runs for over " + timeout),
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
        try {
            return handler.open(Requests.upgrade(waiting, handshake.protocols()));
        } finally {
            deadline.remove();
        }
    }

    private void switchProtocols(Opening.Accepted accepted) {
        Optional<String> protocol =
                accepted.subprotocol().isEmpty() ? Optional.empty() : Optional.of(accepted.subprotocol());
        for (Map.Entry<String, String> header : accepted.headers()) {
            exchange.getResponseHeaders().add(HttpString.tryFromString(header.getKey()), header.getValue());
        }
        Optional<PerMessageDeflate> deflate = accepted.deflate()
                ? PerMessageDeflate.negotiate(
                        handshake.extensions(), config.websocket().compression())
                : Optional.empty();
        handshake
                .headers(protocol, deflate)
                .forEach((name, value) -> exchange.getResponseHeaders().put(HttpString.tryFromString(name), value));
        exchange.upgradeChannel((connection, upgraded) -> opened.complete(
                XnioTransport.open(connection, upgraded.getConnection(), sessions, config.websocket(), deflate)));
        exchange.endExchange();
        exchange = null;
    }

    /** The session once the response has left; null if the client went away before. */
    private Session session() throws InterruptedException {
        try {
            return opened.get(config.websocket().handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Should it come after all, nobody serves it.
            var _ = opened.thenAccept(Session::drop);
            return null;
        }
    }

    private void refuse(int status, String reason) {
        if (answered.compareAndSet(false, true)) {
            LOG.info("{} {} {}: {}", RequestId.of(exchange), status, script.name(), reason);
            sessions.metrics().refused(Handshake.Refused.Cause.OTHER);
            exchange.setStatusCode(status).endExchange();
        }
    }

    private void abort() {
        if (answered.compareAndSet(false, true)) {
            IoUtils.safeClose(exchange.getConnection());
        }
    }
}
