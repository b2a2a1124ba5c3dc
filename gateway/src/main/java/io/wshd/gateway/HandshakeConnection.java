package io.wshd.gateway;

import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import io.wshd.config.Compatibility;
import io.wshd.config.WebSocketConfig;
import io.wshd.script.Opening;
import io.wshd.script.OpeningConnection;
import io.wshd.websocket.Handshake;
import io.wshd.websocket.PerMessageDeflate;
import io.wshd.websocket.RawStream;
import io.wshd.websocket.Session;
import io.wshd.websocket.SessionClosedException;
import io.wshd.websocket.Sessions;
import io.wshd.websocket.XnioTransport;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * A connection between its handshake and its session. It is answered once: over HTTP by Undertow, or with bytes of the
 * script's own after it was taken away from Undertow.
 */
final class HandshakeConnection implements OpeningConnection {

    private enum State {
        HTTP,
        SEIZED,
        ANSWERED
    }

    private record Taken(StreamConnection stream, ServerConnection http) {}

    private final Handshake.Accepted handshake;
    private final Sessions sessions;
    private final WebSocketConfig config;

    /** Forgotten once the session is open: its headers and buffers would live as long as the connection. */
    private HttpServerExchange exchange;

    private State state = State.HTTP;

    /** Of raw bytes, once seized. */
    private Session session;

    HandshakeConnection(
            HttpServerExchange exchange, Handshake.Accepted handshake, Sessions sessions, WebSocketConfig config) {
        this.exchange = exchange;
        this.handshake = handshake;
        this.sessions = sessions;
        this.config = config;
    }

    @Override
    public Compatibility compatibility() {
        return config.compatibility();
    }

    @Override
    public int maxMessage() {
        return config.maxMessage();
    }

    @Override
    public String accept() {
        return handshake.accept();
    }

    @Override
    public String extensions() {
        return deflate(true).map(PerMessageDeflate::answer).orElse("");
    }

    @Override
    public Optional<RawStream> seize() throws InterruptedException {
        HttpServerExchange seized;
        synchronized (this) {
            if (session != null) {
                return Optional.of(session.raw());
            }
            if (state != State.HTTP) {
                return Optional.empty();
            }
            state = State.SEIZED;
            seized = exchange;
        }
        Optional<Taken> taken = take(seized);
        synchronized (this) {
            session = taken.map(connection ->
                            XnioTransport.openRaw(connection.stream(), connection.http(), sessions, config))
                    .orElse(null);
        }
        return session == null ? Optional.empty() : Optional.of(session.raw());
    }

    /** Claims the answer: true once. */
    synchronized boolean claim() {
        boolean first = state != State.ANSWERED;
        state = State.ANSWERED;
        return first;
    }

    /** Refuses the client, or ends the connection if that was seized; only after {@link #claim}. Does not block. */
    void expire(int status) {
        Session seized = seized();
        if (seized == null) {
            exchange.setStatusCode(status).endExchange();
        } else {
            seized.hangUp();
        }
    }

    /** Refuses the client; only after {@link #claim}. */
    void refuse(int status, Map<String, String> headers) throws InterruptedException {
        Session seized = seized();
        if (seized == null) {
            headers.forEach((name, value) -> exchange.getResponseHeaders().put(HttpString.tryFromString(name), value));
            if (config.compatibility() == Compatibility.PYWEBSOCKET) {
                exchange.setPersistent(false);
            }
            exchange.setStatusCode(status).endExchange();
            return;
        }
        try {
            var head = new StringBuilder("HTTP/1.1 " + status + " " + StatusCodes.getReason(status) + "\r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            head.append("Content-Length: 0\r\nConnection: close\r\n\r\n");
            seized.raw().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        } catch (SessionClosedException e) {
            // Nobody is there to be refused.
        } finally {
            seized.hangUp();
        }
    }

    private void abort() {
        Session seized = seized();
        if (seized == null) {
            IoUtils.safeClose(exchange.getConnection());
        } else {
            seized.hangUp();
        }
    }

    /**
     * Runs the conversation that the handler wants to its end, if the client is still there and was not answered for it.
     * What is to be no WebSocket ends with nothing more written. Blocks.
     *
     * @param before called with the session
     */
    void conclude(Opening opening, Consumer<Session> before) throws InterruptedException {
        if (!claim()) {
            return;
        }
        if (opening instanceof Opening.Opened opened) {
            Optional<Session> begun = open(opened);
            if (begun.isPresent()) {
                before.accept(begun.get());
                opened.conversation().run(begun.get());
            }
        } else {
            abort();
        }
    }

    /** Parks until the answer has left; empty if nobody is there. */
    private Optional<Session> open(Opening.Opened opened) throws InterruptedException {
        return switch (opened) {
            case Opening.Accepted accepted -> accept(accepted);
            case Opening.Answered answered -> answer(answered);
        };
    }

    /** Over HTTP. */
    private Optional<Session> accept(Opening.Accepted accepted) throws InterruptedException {
        Optional<String> protocol =
                accepted.subprotocol().isEmpty() ? Optional.empty() : Optional.of(accepted.subprotocol());
        for (Map.Entry<String, String> header : accepted.headers()) {
            exchange.getResponseHeaders().add(HttpString.tryFromString(header.getKey()), header.getValue());
        }
        Optional<PerMessageDeflate> deflate = deflate(accepted.deflate());
        handshake
                .headers(protocol, deflate)
                .forEach((name, value) -> exchange.getResponseHeaders().put(HttpString.tryFromString(name), value));
        CompletableFuture<Session> opened = new CompletableFuture<>();
        exchange.upgradeChannel((connection, upgraded) ->
                opened.complete(XnioTransport.open(connection, upgraded.getConnection(), sessions, config, deflate)));
        exchange.endExchange();
        exchange = null;
        return await(opened, Session::drop);
    }

    /** With the script's own answer. */
    private Optional<Session> answer(Opening.Answered answered) throws InterruptedException {
        Session opened = seized();
        if (opened == null) {
            Optional<PerMessageDeflate> deflate = deflate(answered.deflate());
            Optional<Taken> taken = take(exchange);
            if (taken.isEmpty()) {
                return Optional.empty();
            }
            StreamConnection stream = taken.get().stream();
            ServerConnection http = taken.get().http();
            opened = answered.raw()
                    ? XnioTransport.openRaw(stream, http, sessions, config)
                    : XnioTransport.openBehind(stream, http, sessions, config, deflate);
        }
        exchange = null;
        try {
            opened.begin(answered.head());
            return Optional.of(opened);
        } catch (SessionClosedException e) {
            opened.drop();
            return Optional.empty();
        }
    }

    private synchronized Session seized() {
        return session;
    }

    private Optional<PerMessageDeflate> deflate(boolean wanted) {
        return wanted ? PerMessageDeflate.negotiate(handshake.extensions(), config) : Optional.empty();
    }

    /** Ends the exchange without a word to the client and takes its connection. */
    private Optional<Taken> take(HttpServerExchange ending) throws InterruptedException {
        CompletableFuture<Taken> taken = new CompletableFuture<>();
        ending.upgradeChannel(
                (connection, upgraded) -> taken.complete(new Taken(connection, upgraded.getConnection())));
        // An answer that nobody has begun and that ends here is never written.
        Connectors.terminateResponse(ending);
        return await(taken, late -> IoUtils.safeClose(late.stream()));
    }

    /** Empty if the client went away before. */
    private <T> Optional<T> await(CompletableFuture<T> coming, Consumer<T> late) throws InterruptedException {
        try {
            return Optional.of(coming.get(config.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            // Should it come after all, nobody serves it.
            var _ = coming.thenAccept(late);
            return Optional.empty();
        }
    }
}
