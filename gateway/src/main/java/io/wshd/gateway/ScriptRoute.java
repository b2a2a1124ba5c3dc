package io.wshd.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import io.wshd.config.Compatibility;
import io.wshd.config.GatewayConfig;
import io.wshd.config.RouteConfig;
import io.wshd.config.ScriptsConfig;
import io.wshd.config.WebSocketConfig;
import io.wshd.observe.RequestId;
import io.wshd.script.Lease;
import io.wshd.script.Script;
import io.wshd.script.Scripts;
import io.wshd.security.Client;
import io.wshd.security.OriginPolicy;
import io.wshd.websocket.Handshake;
import io.wshd.websocket.HandshakeRequest;
import io.wshd.websocket.Sessions;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A route with handler scripts: checks a WebSocket handshake as far as the protocol and the Origin go, on the I/O
 * thread, then leaves it to the script on a virtual thread of its interpreter. Requests that are no upgrades go to the
 * route's content.
 */
final class ScriptRoute implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger("websocket");

    private final Scripts scripts;
    private final RouteConfig route;
    private final HttpHandler content;
    private final Sessions sessions;
    private final WebSocketConfig websocket;
    private final ScriptsConfig settings;
    private final OriginPolicy origins;

    /**
     * @param content for requests that are no upgrades, or null: they get 426 then
     */
    ScriptRoute(Scripts scripts, RouteConfig route, HttpHandler content, Sessions sessions, GatewayConfig config) {
        this.scripts = scripts;
        this.route = route;
        this.content = content;
        this.sessions = sessions;
        this.websocket = config.websocket().with(route.compatibility());
        this.settings = config.scripts();
        this.origins = new OriginPolicy(isPywebsocket() ? List.of("*") : route.origins());
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        HandshakeRequest request = Requests.handshake(exchange);
        Optional<Script> script = scripts.find(exchange.getRelativePath());
        boolean upgrade = Handshake.isUpgrade(request) || isPywebsocket() && script.isPresent();
        if (content != null && (!upgrade || script.isEmpty() && isProxy())) {
            content.handleRequest(exchange);
        } else if (script.isEmpty()) {
            refuse(exchange, StatusCodes.NOT_FOUND);
        } else {
            // No switch: the JVM would make a class for it while the first client waits.
            Handshake.Result result = Handshake.check(request);
            if (result instanceof Handshake.Accepted accepted) {
                accept(exchange, request, accepted, script.get());
            } else if (result instanceof Handshake.Refused refused) {
                refuse(exchange, refused);
            }
        }
    }

    private void accept(
            HttpServerExchange exchange, HandshakeRequest request, Handshake.Accepted accepted, Script script) {
        Optional<String> foreign =
                origins.refusal(request.header("Origin"), Client.of(exchange).host());
        if (foreign.isPresent()) {
            LOG.info("{} {} at {}", RequestId.of(exchange), foreign.get(), route.place());
            sessions.metrics().refused(Handshake.Refused.Cause.ORIGIN);
            exchange.setStatusCode(StatusCodes.FORBIDDEN).endExchange();
            return;
        }
        Optional<Lease> lease = script.lease();
        if (lease.isEmpty()) {
            sessions.metrics().refused(Handshake.Refused.Cause.OTHER);
            exchange.setStatusCode(StatusCodes.SERVICE_UNAVAILABLE).endExchange();
            return;
        }
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> {
            var upgrade = new ScriptUpgrade(exchange, accepted, script, lease.get(), sessions, websocket, settings);
            lease.get().serve(upgrade, upgrade::lose);
        });
    }

    private void refuse(HttpServerExchange exchange, Handshake.Refused refused) {
        LOG.info("{} {} {}: {}", RequestId.of(exchange), refused.status(), exchange.getRequestPath(), refused.reason());
        sessions.metrics().refused(refused.cause());
        refused.headers()
                .forEach((name, value) -> exchange.getResponseHeaders().put(HttpString.tryFromString(name), value));
        refuse(exchange, isPywebsocket() ? StatusCodes.BAD_REQUEST : refused.status());
    }

    private void refuse(HttpServerExchange exchange, int status) {
        if (isPywebsocket()) {
            exchange.setPersistent(false);
        }
        exchange.setStatusCode(status).endExchange();
    }

    /**
     * There, a script's path answers nothing but WebSockets, what is wrong with a handshake is always a 400, and a
     * refusal ends the connection.
     */
    private boolean isPywebsocket() {
        return route.compatibility() == Compatibility.PYWEBSOCKET;
    }

    /** An application behind the same route may have WebSockets of its own. */
    private boolean isProxy() {
        return route.content().orElseThrow() instanceof RouteConfig.Proxy;
    }
}
