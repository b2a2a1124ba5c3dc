package io.wshd.proxy;

import io.undertow.conduits.ChunkedStreamSinkConduit;
import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.util.AbstractAttachable;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.StreamSourceConduit;
import org.xnio.ssl.SslConnection;

/**
 * An HTTP/1.1 connection to a server: one request at a time. Stands in for Undertow's HttpClientConnection, which takes
 * a 103 for the answer, waits for the body that a 304 announces and does not have, and resolves host names on the I/O
 * thread (ARCHITECTURE.md has the list).
 */
final class Http1Connection implements UpstreamConnection, UpstreamStream {

    private static final Logger LOG = LoggerFactory.getLogger("proxy");

    private enum State {
        IDLE,
        HEAD,
        BODY,
        UPGRADED,
        CLOSED
    }

    private final StreamConnection io;
    private final ByteBufferPool buffers;
    private final InetSocketAddress peer;
    private final boolean socket;
    private final ConduitStreamSourceChannel source;
    private final ConduitStreamSinkChannel sink;
    private final StreamSourceConduit plainSource;
    private final StreamSinkConduit plainSink;
    private final ResponseParser parser;

    private State state = State.IDLE;
    private PooledByteBuffer ahead;
    private Request request;
    private Listener listener;
    private RequestSink head;
    private AbstractAttachable attachments;
    private ResponseBody body;
    private boolean persistent;
    private boolean taken;
    private int used;
    private Runnable whenClosed;

    /** How long the server says it keeps an idle connection, in nanoseconds; 0 when it does not say. */
    private long serverKeepsFor;

    private long idleSince;

    /** @param maxHead bytes of a response's head */
    Http1Connection(StreamConnection io, ByteBufferPool buffers, InetSocketAddress peer, int maxHead) {
        this.io = io;
        this.buffers = buffers;
        this.peer = peer;
        this.socket = !(io instanceof SslConnection);
        this.source = io.getSourceChannel();
        this.sink = io.getSinkChannel();
        this.plainSource = source.getConduit();
        this.plainSink = sink.getConduit();
        this.parser = new ResponseParser(maxHead);
        io.getCloseSetter().set(channel -> closed());
        source.setReadListener(channel -> readable());
        source.resumeReads();
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }

    @Override
    public boolean open() {
        return state != State.CLOSED && state != State.UPGRADED && io.isOpen();
    }

    @Override
    public boolean available() {
        return state == State.IDLE && io.isOpen();
    }

    @Override
    public boolean usedBefore() {
        return used > 1;
    }

    @Override
    public void whenClosed(Runnable listener) {
        whenClosed = listener;
    }

    /** When it was last used, on the scale of {@link System#nanoTime}. */
    long idleSince() {
        return idleSince;
    }

    /** A second before the server closes it: a request may be on its way then. */
    @Override
    public boolean over(long now, long most) {
        long kept = serverKeepsFor - Math.min(serverKeepsFor / 2, TimeUnit.SECONDS.toNanos(1));
        return now - idleSince >= (serverKeepsFor > 0 ? Math.min(kept, most) : most);
    }

    @Override
    public void closeWhenIdle() {
        if (available()) {
            close();
        } else {
            persistent = false;
        }
    }

    @Override
    public UpstreamStream send(Request request, Listener listener) {
        this.request = request;
        this.listener = listener;
        used++;
        persistent = true;
        body = null;
        parser.reset();
        state = State.HEAD;
        attachments = new AbstractAttachable() {};
        head = new RequestSink(plainSink, RequestHead.bytes(request));
        StreamSinkConduit conduit = head;
        var headers = request.headers();
        if (request.streamed() && headers.contains(Headers.TRANSFER_ENCODING)) {
            var sent = head;
            conduit = new ChunkedStreamSinkConduit(
                    head, buffers, false, false, headers, finished -> sent.terminateWrites(), attachments);
        }
        sink.setConduit(conduit);
        source.setReadListener(channel -> readable());
        source.resumeReads();
        sendHead(conduit);
        return this;
    }

    private void sendHead(StreamSinkConduit conduit) {
        try {
            // Also tells the chunked conduit that the headers are gone: for an empty body it would change them.
            boolean sent = conduit.flush();
            if (!request.streamed()) {
                sink.shutdownWrites();
            }
            if (!sent) {
                sink.setWriteListener(channel -> flushHead());
                sink.resumeWrites();
            }
        } catch (IOException e) {
            // The server may have answered before it closed. Reading tells, whatever is there to be read.
            persistent = false;
        }
    }

    private void flushHead() {
        try {
            if (head.flush()) {
                sink.suspendWrites();
            }
        } catch (IOException e) {
            sink.suspendWrites();
            persistent = false;
        }
    }

    @Override
    public StreamSinkChannel requestBody() {
        return sink;
    }

    @Override
    public void requestTrailers(HeaderMap trailers) {
        attachments.putAttachment(HttpAttachments.RESPONSE_TRAILERS, trailers);
    }

    @Override
    public boolean untouched() {
        return head != null && !head.touched();
    }

    @Override
    public StreamSourceChannel responseBody() {
        return source;
    }

    @Override
    public BooleanSupplier drained() {
        return body::drained;
    }

    @Override
    public HeaderMap responseTrailers() {
        return body.trailers();
    }

    /** Reads a response's head, or notices on an idle connection that the server has closed it. */
    private void readable() {
        if (state == State.IDLE) {
            probe();
            return;
        }
        if (state != State.HEAD) {
            source.suspendReads();
            return;
        }
        try {
            readHead();
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException e) {
            LOG.error("reading an answer of {} failed", peer, e);
            fail(new IOException(e));
        }
    }

    /**
     * Looks whether an idle connection is still good. Bytes that nobody asked for make it as useless as its end does; but
     * with TLS there may be something to read that is none of the application's.
     *
     * @return whether it is
     */
    boolean probe() {
        try (var pooled = buffers.allocate()) {
            if (plainSource.read(pooled.getBuffer()) != 0) {
                close();
            }
        } catch (IOException e) {
            close();
        }
        return available();
    }

    private void readHead() throws IOException {
        while (state == State.HEAD) {
            boolean drained = true;
            if (ahead == null) {
                var buffer = allocateAhead().getBuffer();
                int wanted = buffer.remaining();
                int read = plainSource.read(buffer);
                if (read <= 0) {
                    dropAhead();
                    if (read < 0) {
                        throw new IOException("the server closed the connection without an answer");
                    }
                    return;
                }
                drained = socket && read < wanted;
                buffer.flip();
            }
            boolean complete = parser.parse(ahead.getBuffer());
            releaseAheadIfEmpty();
            if (complete) {
                headRead(drained);
            }
        }
    }

    private void headRead(boolean drained) throws IOException {
        int status = parser.status();
        var headers = parser.headers();
        if (status < 200 && status != StatusCodes.SWITCHING_PROTOCOLS) {
            var reason = parser.reason();
            parser.reset();
            listener.informational(status, reason, headers);
            return;
        }
        var framing = ResponseFraming.of(request.method(), status, parser.minor(), headers);
        persistent &=
                ResponseFraming.persistent(parser.minor(), headers) && !(framing instanceof ResponseBody.UntilClose);
        serverKeepsFor = ResponseFraming.keepAliveNanos(headers);
        body = new ResponseBody(plainSource, this, framing, socket, drained);
        source.setConduit(body);
        state = status == StatusCodes.SWITCHING_PROTOCOLS ? State.UPGRADED : State.BODY;
        var told = listener;
        listener = null;
        told.response(status, parser.reason(), headers);
    }

    private void fail(IOException e) {
        var told = listener;
        listener = null;
        close();
        if (told != null) {
            told.failed(e);
        }
    }

    @Override
    public boolean reusable() {
        return persistent && state == State.BODY && body.ended() && head.done() && ahead == null && io.isOpen();
    }

    /** Makes ready for the next request; only when {@link #reusable}. */
    void recycle(long now) {
        state = State.IDLE;
        idleSince = now;
        sink.setConduit(plainSink);
        source.setConduit(plainSource);
        source.setReadListener(channel -> readable());
        source.resumeReads();
        request = null;
        body = null;
        head = null;
        attachments = null;
    }

    @Override
    public StreamConnection upgrade() {
        taken = true;
        sink.setConduit(plainSink);
        source.suspendReads();
        if (ahead == null) {
            source.setConduit(plainSource);
        } else {
            source.setConduit(new AheadConduit(plainSource, this));
        }
        return io;
    }

    @Override
    public void abort() {
        close();
    }

    @Override
    public void close() {
        IoUtils.safeClose(io);
        closed();
    }

    private void closed() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        dropAhead();
        if (whenClosed != null && !taken) {
            whenClosed.run();
        }
        var told = listener;
        listener = null;
        if (told != null) {
            told.failed(new ClosedChannelException());
        }
    }

    /** Bytes read from the socket that nobody has taken yet, or null. */
    ByteBuffer ahead() {
        return ahead == null ? null : ahead.getBuffer();
    }

    PooledByteBuffer allocateAhead() {
        ahead = buffers.allocate();
        return ahead;
    }

    void releaseAheadIfEmpty() {
        if (ahead != null && !ahead.getBuffer().hasRemaining()) {
            dropAhead();
        }
    }

    void dropAhead() {
        if (ahead != null) {
            ahead.close();
            ahead = null;
        }
    }
}
