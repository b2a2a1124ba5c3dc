package io.wshd.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.undertow.Undertow;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import io.wshd.config.WebSocketConfig;
import io.wshd.script.Handler;
import io.wshd.script.Rehearsal;
import io.wshd.script.Upgrade;
import io.wshd.websocket.Handshake;
import io.wshd.websocket.SessionMetrics;
import io.wshd.websocket.Sessions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.XnioWorker;

/**
 * The first connections to handlers, over a port of their own that nobody else is told of. They are the gateway's, not
 * clients', so that no metric counts them.
 */
public final class FirstConnections implements Rehearsal, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FirstConnections.class);

    /** Whatever is to be loaded next waits for it. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final XnioWorker worker;
    private final ByteBufferPool buffers;
    private final List<WebSocketConfig> configs;

    /** That accept now. */
    private final Set<Undertow> servers = new HashSet<>();

    private boolean closed;

    /** @param configs the bounds that sessions may have, a connection for each */
    FirstConnections(XnioWorker worker, ByteBufferPool buffers, List<WebSocketConfig> configs) {
        this.worker = worker;
        this.buffers = buffers;
        this.configs = configs;
    }

    @Override
    public void run(Handler handler, ThreadFactory threads) throws IOException {
        for (WebSocketConfig config : configs) {
            try (var sessions = new Sessions(new SessionMetrics())) {
                Undertow server = Undertow.builder()
                        .setWorker(worker)
                        .setByteBufferPool(buffers)
                        .addHttpListener(0, InetAddress.getLoopbackAddress().getHostAddress())
                        .setHandler(new ErrorPages(exchange -> serve(exchange, handler, threads, sessions, config)))
                        .build();
                start(server);
                try {
                    var address = (InetSocketAddress)
                            server.getListenerInfo().getFirst().getAddress();
                    converse(address.getPort(), "/", LONGEST);
                } finally {
                    stop(server);
                }
            } catch (RuntimeException e) {
                // Undertow's, of a port that cannot be had, or of a worker that is shut down.
                throw new IOException(e);
            }
        }
    }

    private synchronized void start(Undertow server) throws IOException {
        if (closed) {
            throw new IOException("the gateway is closed");
        }
        server.start();
        servers.add(server);
    }

    private synchronized void stop(Undertow server) {
        if (servers.remove(server)) {
            server.stop();
        }
    }

    /** Accepts no more of them. To be called before the worker is shut down: a port that is given back later waits for ever. */
    @Override
    public synchronized void close() {
        closed = true;
        servers.forEach(Undertow::stop);
        servers.clear();
    }

    private static void serve(
            HttpServerExchange exchange,
            Handler handler,
            ThreadFactory threads,
            Sessions sessions,
            WebSocketConfig config) {
        if (Handshake.check(Requests.handshake(exchange)) instanceof Handshake.Accepted accepted) {
            exchange.dispatch(SameThreadExecutor.INSTANCE, () -> {
                var connection = new HandshakeConnection(exchange, accepted, sessions, config);
                Upgrade upgrade = Requests.upgrade(exchange, accepted.protocols(), connection);
                threads.newThread(() -> converse(handler, upgrade, connection)).start();
            });
        } else {
            exchange.setStatusCode(StatusCodes.BAD_REQUEST).endExchange();
        }
    }

    private static void converse(Handler handler, Upgrade upgrade, HandshakeConnection connection) {
        try {
            connection.conclude(handler.open(upgrade), _ -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Talks to a handler as a browser does: a handshake with an offer to compress, a message, and a close. Blocks until the
     * gateway ends the connection.
     *
     * @param longest for each answer
     */
    public static void converse(int port, String path, Duration longest) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) longest.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write("""
                    GET %s HTTP/1.1\r
                    Host: 127.0.0.1\r
                    Upgrade: websocket\r
                    Connection: Upgrade\r
                    Sec-WebSocket-Version: 13\r
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                    Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r
                    \r
                    """.formatted(path).getBytes(US_ASCII));
            // A text and a Close frame, masked with zeros.
            out.write(new byte[] {(byte) 0x81, (byte) 0x85, 0, 0, 0, 0, 'h', 'e', 'l', 'l', 'o'});
            out.write(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 3, (byte) 0xE8});
            var _ = socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
            // A handler may end its connection so that what it has not read is lost.
            LOG.debug("{} was reset", path, e);
        }
    }
}
