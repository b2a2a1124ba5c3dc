package io.wshd.gateway;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import io.wshd.config.AccessConfig;
import io.wshd.config.HttpConfig;
import io.wshd.config.ListenerConfig;
import io.wshd.config.TlsConfig;
import io.wshd.proxy.ReverseProxy;
import io.wshd.security.BasicAuthentication;
import io.wshd.security.TlsContext;
import io.wshd.security.TlsException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.xnio.Option;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.SslClientAuthMode;
import org.xnio.XnioWorker;

/** Makes the server behind one address: its TLS, its bounds, and what requests have to bring. */
final class Listener {

    private static final String REALM = "Pywebsocket";

    private Listener() {}

    /**
     * Makes a server that is not started yet.
     *
     * @throws TlsException if its certificate cannot be used
     */
    static Undertow of(
            ListenerConfig listener, HttpConfig http, XnioWorker worker, ByteBufferPool buffers, HttpHandler handler)
            throws TlsException {
        var builder = Undertow.builder()
                .setWorker(worker)
                .setByteBufferPool(buffers)
                .setSocketOption(Options.BACKLOG, listener.backlog())
                .setHandler(guarded(handler, listener.access()));
        OptionMap options = options(http);
        options.forEach(option -> set(builder, options, option));
        if (listener.tls().isEmpty()) {
            return builder.addHttpListener(listener.port(), listener.host()).build();
        }
        TlsConfig tls = listener.tls().get();
        return builder.addHttpsListener(listener.port(), listener.host(), TlsContext.of(tls))
                .setSocketOption(
                        Options.SSL_CLIENT_AUTH_MODE,
                        switch (tls.clients()) {
                            case NONE -> SslClientAuthMode.NOT_REQUESTED;
                            case OPTIONAL -> SslClientAuthMode.REQUESTED;
                            case REQUIRED -> SslClientAuthMode.REQUIRED;
                        })
                .build();
    }

    /** The bounds of requests, which may also be given to a server that runs, for new connections. */
    static OptionMap options(HttpConfig http) {
        return OptionMap.builder()
                // As Undertow's builder sets it: answers to pipelined requests leave together.
                .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, millis(http.headerTimeout()))
                .set(UndertowOptions.NO_REQUEST_TIMEOUT, millis(http.idleTimeout()))
                .set(UndertowOptions.MAX_ENTITY_SIZE, http.maxBody() + ReverseProxy.DROPPED_BODY)
                .set(UndertowOptions.MAX_HEADER_SIZE, http.maxHeader())
                .set(UndertowOptions.MAX_HEADERS, http.maxHeaders())
                .getMap();
    }

    private static <T> void set(Undertow.Builder builder, OptionMap options, Option<T> option) {
        builder.setServerOption(option, options.get(option));
    }

    private static HttpHandler guarded(HttpHandler handler, AccessConfig access) {
        HttpHandler guarded = handler;
        if (access.host().isPresent() || access.port().isPresent()) {
            HttpHandler next = guarded;
            guarded = exchange -> {
                if (isForeign(exchange, access)) {
                    exchange.setStatusCode(StatusCodes.NOT_FOUND).endExchange();
                } else {
                    next.handleRequest(exchange);
                }
            };
        }
        Optional<String> credential = access.credential();
        return credential.isPresent() ? BasicAuthentication.before(guarded, REALM, credential.get()) : guarded;
    }

    /** Whether the target of a request, as proxies send it, names another server. */
    private static boolean isForeign(HttpServerExchange exchange, AccessConfig access) {
        if (!exchange.isHostIncludedInRequestURI()) {
            return false;
        }
        URI target;
        try {
            target = URI.create(exchange.getRequestURI());
        } catch (IllegalArgumentException e) {
            return true;
        }
        boolean secure = "wss".equals(target.getScheme()) || "https".equals(target.getScheme());
        int port = target.getPort() >= 0 ? target.getPort() : secure ? 443 : 80;
        return access.host().isPresent() && !access.host().get().equals(target.getHost())
                || access.port().isPresent() && access.port().getAsInt() != port;
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
