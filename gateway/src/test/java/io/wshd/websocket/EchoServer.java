package io.wshd.websocket;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.wshd.config.WebSocketConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server on a free port of the loopback interface that runs a Java handler on a virtual thread per session. */
public final class EchoServer implements AutoCloseable {

    /** What a script would do. */
    public interface Handler {

        void handle(Session session) throws Exception;
    }

    static final WebSocketConfig.Compression COMPRESSION = new WebSocketConfig.Compression(true, false, 1024, 8);

    public static final WebSocketConfig DEFAULTS = new WebSocketConfig(
            1 << 20,
            64 << 10,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ZERO,
            COMPRESSION);

    private static final Logger LOG = LoggerFactory.getLogger(EchoServer.class);

    final Sessions sessions = new Sessions(new SessionMetrics());

    private final Undertow undertow;

    EchoServer(int port, WebSocketConfig config, Handler handler) {
        undertow = Undertow.builder()
                .addHttpListener(port, "127.0.0.1")
                .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
                .setHandler(exchange -> answer(exchange, config, handler))
                .build();
        undertow.start();
    }

    public static EchoServer with(WebSocketConfig config, Handler handler) {
        return new EchoServer(0, config, handler);
    }

    public static void echo(Session session) throws Exception {
        for (Message message; (message = session.receive()) != null; ) {
            session.send(message);
        }
    }

    public int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().getFirst().getAddress()).getPort();
    }

    @Override
    public void close() {
        sessions.close();
        undertow.stop();
    }

    private void answer(HttpServerExchange exchange, WebSocketConfig config, Handler handler) {
        switch (Handshake.check(view(exchange))) {
            case Handshake.Accepted accepted -> {
                var deflate = PerMessageDeflate.negotiate(accepted.extensions(), config.compression());
                accepted.headers(accepted.protocols().stream().findFirst(), deflate)
                        .forEach((name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value));
                exchange.upgradeChannel((connection, upgraded) -> {
                    Session session =
                            XnioTransport.open(connection, upgraded.getConnection(), sessions, config, deflate);
                    Thread.ofVirtual().start(() -> run(session, handler));
                });
            }
            case Handshake.Refused refused -> {
                sessions.metrics().refused(refused.cause());
                exchange.setStatusCode(refused.status());
                refused.headers()
                        .forEach((name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value));
                exchange.getResponseSender().send(refused.reason());
            }
        }
    }

    private static void run(Session session, Handler handler) {
        try {
            handler.handle(session);
            session.close(CloseStatus.NORMAL, "", true);
        } catch (SessionClosedException e) {
            // The closing goes on by itself.
        } catch (Exception e) {
            LOG.error("handler failed", e);
            session.drop();
        }
    }

    private static HandshakeRequest view(HttpServerExchange exchange) {
        return new HandshakeRequest() {
            @Override
            public String method() {
                return exchange.getRequestMethod().toString();
            }

            @Override
            public String httpVersion() {
                return exchange.getProtocol().toString();
            }

            @Override
            public List<String> header(String name) {
                return Optional.<List<String>>ofNullable(
                                exchange.getRequestHeaders().get(name))
                        .orElse(List.of());
            }
        };
    }

    /** Serves an echo until it is interrupted, for load generators: {@code EchoServer PORT}. */
    public static void main(String[] args) throws Exception {
        try (var server = new EchoServer(Integer.parseInt(args[0]), DEFAULTS, EchoServer::echo)) {
            System.out.println("listening on ws://127.0.0.1:" + server.port() + "/");
            Thread.currentThread().join();
        }
    }
}
