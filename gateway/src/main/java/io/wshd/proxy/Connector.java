package io.wshd.proxy;

import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.wshd.config.ProxyConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.ssl.SslConnection;

/**
 * Opens connections to one server: finds its addresses, tries one after another, shakes hands if it is reached by
 * https, and finds out which version of HTTP it speaks.
 */
final class Connector {

    private static final OptionMap TCP = OptionMap.builder()
            .set(Options.TCP_NODELAY, true)
            .set(Options.KEEP_ALIVE, true)
            .getMap();

    /** What comes of it; one of the two, on the I/O thread. */
    interface Callback {
        void connected(UpstreamConnection connection);

        /** @param late whether the time was over, and nothing else was wrong */
        void failed(IOException e, boolean late);
    }

    private final String host;
    private final int port;
    private final ProxyConfig config;
    private final Resolver resolver;
    private final ByteBufferPool buffers;
    private final UndertowXnioSsl tls;
    private final OptionMap options;
    private int next;

    /**
     * @param tls null for a server reached by http
     * @param tasks runs the parts of a handshake that take long
     */
    Connector(
            Server server,
            ProxyConfig config,
            Resolver resolver,
            ByteBufferPool buffers,
            SSLContext tls,
            Executor tasks) {
        var uri = server.uri();
        boolean secure = uri.getScheme().equalsIgnoreCase("https");
        var literal = uri.getHost();
        this.host = literal.startsWith("[") ? literal.substring(1, literal.length() - 1) : literal;
        this.port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        this.config = config;
        this.resolver = resolver;
        this.buffers = buffers;
        this.tls = secure ? new UndertowXnioSsl(Xnio.getInstance(), OptionMap.EMPTY, tls, tasks) : null;
        var secured = OptionMap.builder()
                .addAll(TCP)
                .set(UndertowOptions.ENDPOINT_IDENTIFICATION_ALGORITHM, "HTTPS")
                .set(Options.SSL_STARTTLS, true);
        config.tls().serverName().ifPresent(name -> secured.set(Options.SSL_PEER_HOST_NAME, name));
        this.options = secure ? secured.getMap() : TCP;
    }

    /** Whether an address is still one of the server's; true as long as nobody knows better. Asks again now and then. */
    boolean current(InetSocketAddress peer) {
        var known = resolver.last(host, config.dnsRefresh());
        return known.isEmpty() || known.contains(peer.getAddress());
    }

    /** In the version of HTTP that the configuration wants. */
    void connect(XnioIoThread thread, Ticker ticker, Callback callback) {
        connect(thread, ticker, config.http2(), callback);
    }

    /**
     * To be called on the I/O thread, which runs everything that follows.
     *
     * @param http2 whether that may be spoken
     */
    void connect(XnioIoThread thread, Ticker ticker, boolean http2, Callback callback) {
        new Attempt(thread, ticker, http2, callback).begin();
    }

    /** So that connections spread over all addresses of a name; which thread counts twice does not matter. */
    private int rotate(int size) {
        return Math.floorMod(next++, size);
    }

    /** All that is tried until there is a connection, or no time is left. */
    private final class Attempt extends Ticker.Timed implements Resolver.Answer {

        private final XnioIoThread thread;
        private final Ticker ticker;
        private final boolean http2;
        private final Callback callback;
        private final long deadline;
        private List<InetAddress> addresses = List.of();
        private int first;
        private int tried;
        private long turn;
        private IoFuture<? extends StreamConnection> opening;
        private StreamConnection open;
        private boolean done;

        Attempt(XnioIoThread thread, Ticker ticker, boolean http2, Callback callback) {
            this.thread = thread;
            this.ticker = ticker;
            this.http2 = http2;
            this.callback = callback;
            this.deadline = System.nanoTime() + config.timeouts().connect().toNanos();
        }

        void begin() {
            ticker.add(this);
            resolver.resolve(host, config.dnsRefresh(), thread, this);
        }

        @Override
        public void found(List<InetAddress> found) {
            addresses = found;
            first = rotate(found.size());
            tryNext();
        }

        @Override
        public void unknown(UnknownHostException e) {
            fail(new IOException("cannot connect: the host " + host + " is unknown"), false);
        }

        @Override
        void look(long now) {
            if (now - deadline >= 0) {
                fail(new IOException("no connection within " + config.timeouts().connect()), true);
            } else if (tried < addresses.size() && now - turn >= 0) {
                // An address that drops what it gets must not take the time of the others.
                giveUp();
                tryNext();
            }
        }

        private void tryNext() {
            if (done) {
                return;
            }
            var address = addresses.get((first + tried) % addresses.size());
            tried++;
            turn = System.nanoTime() + config.timeouts().connect().toNanos() / addresses.size();
            var destination = new InetSocketAddress(address, port);
            int attempt = tried;
            opening = tls == null
                    ? thread.openStreamConnection(destination, this::connected, options)
                    : tls.openSslConnection(thread, destination, this::connected, options);
            opening.addNotifier(
                    (future, attachment) -> {
                        if (future.getStatus() == IoFuture.Status.FAILED && attempt == tried) {
                            attemptFailed(future.getException());
                        }
                    },
                    null);
        }

        private void attemptFailed(IOException e) {
            if (done) {
                return;
            }
            if (tried < addresses.size()) {
                tryNext();
            } else {
                var reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                fail(new IOException("cannot connect: " + reason, e), false);
            }
        }

        private void connected(StreamConnection connection) {
            open = connection;
            if (done) {
                IoUtils.safeClose(connection);
            } else if (connection instanceof SslConnection secure) {
                shakeHands(secure);
            } else if (http2) {
                succeed(new Http2Connection(connection, buffers, peer(), host, false));
            } else {
                succeed(http1(connection));
            }
        }

        private void shakeHands(SslConnection secure) {
            var protocols = http2 ? new String[] {"h2", "http/1.1"} : new String[] {"http/1.1"};
            new TlsHandshake(
                            secure,
                            protocols,
                            protocol -> succeed(
                                    protocol.equals("h2")
                                            ? new Http2Connection(secure, buffers, peer(), host, true)
                                            : http1(secure)),
                            this::attemptFailed)
                    .start();
        }

        private Http1Connection http1(StreamConnection connection) {
            return new Http1Connection(
                    connection, buffers, peer(), config.limits().responseHeader());
        }

        private InetSocketAddress peer() {
            return new InetSocketAddress(addresses.get((first + tried - 1) % addresses.size()), port);
        }

        private void succeed(UpstreamConnection connection) {
            if (done) {
                connection.close();
                return;
            }
            done = true;
            ticker.remove(this);
            callback.connected(connection);
        }

        private void fail(IOException e, boolean late) {
            if (done) {
                return;
            }
            done = true;
            ticker.remove(this);
            giveUp();
            callback.failed(e, late);
        }

        private void giveUp() {
            if (opening != null) {
                opening.cancel();
            }
            IoUtils.safeClose(open);
            open = null;
        }
    }
}
