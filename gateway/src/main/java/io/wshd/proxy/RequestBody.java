package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * The body of a request on its way to the upstream, and the bound on it. Undertow enforces its own bound by closing the
 * connection, and most clients then report a reset and never read the 413: they write before they read. So past the
 * bound the upstream is let go and the client gets its answer, but what it still sends is read and dropped, up to a
 * second bound in bytes and in time.
 */
final class RequestBody extends AbstractStreamSourceConduit<StreamSourceConduit> {

    private static final int LINGER_SECONDS = 10;

    private final HttpServerExchange exchange;
    private final long most;
    private final Runnable tooLarge;
    private long received;

    private RequestBody(StreamSourceConduit next, HttpServerExchange exchange, long most, Runnable tooLarge) {
        super(next);
        this.exchange = exchange;
        this.most = most;
        this.tooLarge = tooLarge;
    }

    /**
     * Takes over the enforcement of the exchange's bound.
     *
     * @param tooLarge is to answer, when more than announced or allowed has arrived; called on the I/O thread, once
     * @return false when the announced length is past the bound already; the caller then answers
     */
    static boolean bound(HttpServerExchange exchange, Runnable tooLarge) {
        var most = exchange.getMaxEntitySize();
        if (most <= 0) {
            return true;
        }
        exchange.setMaxEntitySize(most + ReverseProxy.DROPPED_BODY);
        if (exchange.getRequestContentLength() <= most) {
            exchange.addRequestWrapper((factory, of) -> new RequestBody(factory.create(), of, most, tooLarge));
            return true;
        }
        return false;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (waitsForRefusal()) {
            return 0;
        }
        var before = into.position();
        var read = next.read(into);
        if (passesBound(read)) {
            into.position(before);
            return 0;
        }
        return read;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        for (var i = offset; i < offset + length; i++) {
            if (into[i].hasRemaining()) {
                return read(into[i]);
            }
        }
        return 0;
    }

    @Override
    public long transferTo(long position, long count, FileChannel target) throws IOException {
        if (waitsForRefusal()) {
            return 0;
        }
        var read = next.transferTo(position, count, target);
        return passesBound(read) ? 0 : read;
    }

    /** Reads nothing: no more than an optimisation, which Undertow's proxy does not use. */
    @Override
    public long transferTo(long count, ByteBuffer throughBuffer, StreamSinkChannel target) {
        throughBuffer.limit(throughBuffer.position());
        return 0;
    }

    private boolean waitsForRefusal() {
        return received > most && !exchange.isResponseStarted();
    }

    private boolean passesBound(long read) {
        var within = received <= most;
        received += Math.max(0, read);
        if (!within || received <= most) {
            return false;
        }
        // Not here: the caller is about to set its own listener on the channel.
        exchange.getIoThread().execute(tooLarge);
        return true;
    }

    /**
     * Before the exchange is ended: what the client still sends is dropped for some seconds, so that it comes to read its
     * answer. Then its connection is closed.
     */
    static void linger(HttpServerExchange exchange) {
        var connection = exchange.getConnection();
        var timer = exchange.getIoThread()
                .executeAfter(() -> IoUtils.safeClose(connection), LINGER_SECONDS, TimeUnit.SECONDS);
        exchange.addExchangeCompleteListener((ended, next) -> {
            timer.remove();
            next.proceed();
        });
    }
}
