package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import io.undertow.util.StatusCodes;
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
    private long received;

    private RequestBody(StreamSourceConduit next, HttpServerExchange exchange, long most) {
        super(next);
        this.exchange = exchange;
        this.most = most;
    }

    /**
     * Takes over the enforcement of the exchange's bound.
     *
     * @return false when the announced length is past it already; the caller then answers
     */
    static boolean bound(HttpServerExchange exchange) {
        var most = exchange.getMaxEntitySize();
        if (most <= 0) {
            return true;
        }
        exchange.setMaxEntitySize(most + ReverseProxy.DROPPED_BODY);
        if (exchange.getRequestContentLength() <= most) {
            exchange.addRequestWrapper((factory, of) -> new RequestBody(factory.create(), of, most));
            return true;
        }
        if (exchange.getRequestHeaders().contains("Expect")) {
            // The client has not begun to send, and will not.
            exchange.setPersistent(false);
        }
        linger(exchange);
        return false;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (waitsForRefusal()) {
            return 0;
        }
        var before = into.position();
        try {
            var read = next.read(into);
            if (passesBound(read)) {
                into.position(before);
                return 0;
            }
            return read;
        } catch (RequestTooBigException e) {
            // The listener's own bound was lower.
            Failure.TOO_LARGE.putInto(exchange);
            throw e;
        }
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
        Failure.TOO_LARGE.putInto(exchange);
        linger(exchange);
        exchange.addExchangeCompleteListener((ended, next) -> {
            // Half a request was sent on it.
            UpstreamConnection.close(ended);
            next.proceed();
        });
        // Not here: the caller is about to set its own listener on the channel.
        exchange.getIoThread().execute(this::refuse);
        return true;
    }

    private void refuse() {
        if (!exchange.isResponseStarted()) {
            exchange.setStatusCode(StatusCodes.REQUEST_ENTITY_TOO_LARGE);
            exchange.endExchange();
        }
    }

    private static void linger(HttpServerExchange exchange) {
        var connection = exchange.getConnection();
        var timer = exchange.getIoThread()
                .executeAfter(() -> IoUtils.safeClose(connection), LINGER_SECONDS, TimeUnit.SECONDS);
        exchange.addExchangeCompleteListener((ended, next) -> {
            timer.remove();
            next.proceed();
        });
    }
}
