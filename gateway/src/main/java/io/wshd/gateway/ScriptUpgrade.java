package io.wshd.gateway;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import io.wshd.config.Compatibility;
import io.wshd.config.ScriptsConfig;
import io.wshd.config.WebSocketConfig;
import io.wshd.observe.RequestId;
import io.wshd.script.Handler;
import io.wshd.script.Lease;
import io.wshd.script.Opening;
import io.wshd.script.Script;
import io.wshd.script.Upgrade;
import io.wshd.websocket.Handshake;
import io.wshd.websocket.Sessions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.XnioIoThread;

/**
 * One connection of a script from its handshake to its end; runs on a virtual thread of the script's interpreter, which
 * may block in the script's own code all the time.
 */
final class ScriptUpgrade implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger("websocket");

    private final HandshakeConnection connection;
    private final XnioIoThread ioThread;
    private final RequestId id;
    private final Script script;
    private final Lease lease;
    private final Sessions sessions;
    private final Duration readyTimeout;

    /** The answer of a script that cannot be loaded: for pywebsocket there is none then. */
    private final int unloaded;

    private final Duration handshakeTimeout;

    /** Forgotten when the hook has seen it. */
    private Upgrade upgrade;

    ScriptUpgrade(
            HttpServerExchange exchange,
            Handshake.Accepted handshake,
            Script script,
            Lease lease,
            Sessions sessions,
            WebSocketConfig websocket,
            ScriptsConfig scripts) {
        this.connection = new HandshakeConnection(exchange, handshake, sessions, websocket);
        this.ioThread = exchange.getIoThread();
        this.id = RequestId.of(exchange);
        this.script = script;
        this.lease = lease;
        this.sessions = sessions;
        this.readyTimeout = scripts.readyTimeout();
        this.handshakeTimeout = websocket.handshakeTimeout();
        this.unloaded = websocket.compatibility() == Compatibility.PYWEBSOCKET
                ? StatusCodes.NOT_FOUND
                : StatusCodes.SERVICE_UNAVAILABLE;
        this.upgrade = Requests.upgrade(exchange, handshake.protocols(), connection);
    }

    @Override
    public void run() {
        try (lease) {
            Optional<Handler> handler = lease.acquire(readyTimeout.toMillis(), TimeUnit.MILLISECONDS);
            if (handler.isEmpty()) {
                refuse(unloaded, "no version of the script could be loaded", Map.of());
                return;
            }
            converse(handler.get());
        } catch (InterruptedException e) {
            expire(StatusCodes.SERVICE_UNAVAILABLE, "interrupted");
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("{}: the gateway failed", script.name(), e);
            expire(StatusCodes.INTERNAL_SERVER_ERROR, e.toString());
        }
    }

    private void converse(Handler handler) throws InterruptedException {
        Opening opening = open(handler);
        if (opening instanceof Opening.Refused refused) {
            refuse(refused.status(), refused.reason(), refused.headers());
        } else {
            connection.conclude(opening, lease::opened);
        }
    }

    private Opening open(Handler handler) throws InterruptedException {
        Sessions.Deadline deadline =
                sessions.deadline(handshakeTimeout, () -> lose("the handshake hook runs for over " + handshakeTimeout));
        try {
            Upgrade seen = upgrade;
            upgrade = null;
            return handler.open(seen);
        } finally {
            deadline.cancel();
        }
    }

    private void refuse(int status, String reason, Map<String, String> headers) throws InterruptedException {
        if (connection.claim()) {
            LOG.info("{} {} {}: {}", id, status, script.name(), reason);
            sessions.metrics().refused(Handshake.Refused.Cause.OTHER);
            connection.refuse(status, headers);
        }
    }

    /** The interpreter has come to its end before the connection was open. Any thread; does not block. */
    void lose() {
        lose("the interpreter is restarted");
    }

    private void lose(String reason) {
        ioThread.execute(() -> expire(StatusCodes.SERVICE_UNAVAILABLE, reason));
    }

    /** Refuses the client without blocking. */
    private void expire(int status, String reason) {
        if (connection.claim()) {
            LOG.info("{} {} {}: {}", id, status, script.name(), reason);
            sessions.metrics().refused(Handshake.Refused.Cause.OTHER);
            connection.expire(status);
        }
    }
}
