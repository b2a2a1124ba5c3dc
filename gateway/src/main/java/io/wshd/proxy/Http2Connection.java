package io.wshd.proxy;

import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.http2.AbstractHttp2StreamSourceChannel;
import io.undertow.protocols.http2.Http2Channel;
import io.undertow.protocols.http2.Http2GoAwayStreamSourceChannel;
import io.undertow.protocols.http2.Http2PushPromiseStreamSourceChannel;
import io.undertow.protocols.http2.Http2RstStreamStreamSourceChannel;
import io.undertow.protocols.http2.Http2StreamSourceChannel;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.channels.Channels;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * An HTTP/2 connection to a server, around Undertow's Http2Channel, which has the frames, the header compression and the
 * flow control.
 *
 * <p>Undertow takes a GOAWAY for the end of everything, also of streams that the server would still answer. So a
 * connection is left for a new one before the number of requests at which servers say it (nginx after 1,000), and a
 * request that such a GOAWAY hits is one that nothing came of if its number is past the one that the server names.
 */
final class Http2Connection implements UpstreamConnection {

    private static final Logger LOG = LoggerFactory.getLogger("proxy");

    /** Requests on one connection. */
    private static final int MOST_REQUESTS = 500;

    /** At a time, if the server allows as many. */
    private static final int MOST_STREAMS = 100;

    private final StreamConnection io;
    private final Http2Channel channel;
    private final InetSocketAddress peer;
    private final String authority;
    private final boolean secure;
    private final Map<Integer, Http2Stream> streams = new LinkedHashMap<>();
    private String reason = "the server closed the connection without an answer";
    private Runnable whenClosed;
    private int requests;
    private boolean closing;
    private boolean closed;
    private long idleSince = System.nanoTime();

    /** @param authority for requests without a Host header */
    Http2Connection(
            StreamConnection io, ByteBufferPool buffers, InetSocketAddress peer, String authority, boolean secure) {
        this.io = io;
        this.peer = peer;
        this.authority = authority;
        this.secure = secure;
        io.getSourceChannel().setConduit(new FirstFrame(io.getSourceChannel().getConduit()));
        var options = OptionMap.create(UndertowOptions.HTTP2_SETTINGS_ENABLE_PUSH, false);
        this.channel = new Http2Channel(io, null, buffers, null, true, false, options);
        channel.addCloseTask(ended -> closed());
        channel.getReceiveSetter().set(received -> receive());
        channel.resumeReceives();
    }

    @Override
    public UpstreamStream send(UpstreamStream.Request request, UpstreamStream.Listener listener) {
        requests++;
        var stream = new Http2Stream(this, listener);
        try {
            var headers = headers(request);
            var sink = channel.createStream(headers);
            streams.put(sink.getStreamId(), stream);
            stream.begin(sink, request);
        } catch (IOException e) {
            stream.failLater(e);
        }
        return stream;
    }

    /** RFC 9113 section 8.3.1. */
    private HeaderMap headers(UpstreamStream.Request request) {
        var headers = request.headers();
        var host = headers.getFirst(Headers.HOST);
        headers.remove(Headers.HOST);
        headers.remove(Headers.CONNECTION);
        headers.remove(Headers.TRANSFER_ENCODING);
        // Undertow cannot receive a response behind a 100.
        headers.remove(Headers.EXPECT);
        headers.put(Http2Channel.METHOD, request.method());
        headers.put(Http2Channel.PATH, request.target());
        headers.put(Http2Channel.SCHEME, secure ? "https" : "http");
        headers.put(Http2Channel.AUTHORITY, host == null ? authority : host);
        return headers;
    }

    private void receive() {
        try {
            AbstractHttp2StreamSourceChannel frame = channel.receive();
            if (frame == null) {
                return;
            }
            if (frame instanceof Http2StreamSourceChannel answer) {
                answered(answer);
                return;
            }
            switch (frame) {
                case Http2RstStreamStreamSourceChannel reset -> {
                    var stream = streams.remove(reset.getStreamId());
                    if (stream != null) {
                        boolean refused = reset.getErrorCode() == Http2Channel.ERROR_REFUSED_STREAM;
                        stream.fail(
                                new IOException("the server reset the stream, code " + reset.getErrorCode()), refused);
                    }
                    ended();
                }
                case Http2GoAwayStreamSourceChannel away -> goneAway(away);
                case Http2PushPromiseStreamSourceChannel push ->
                    channel.sendRstStream(push.getPushedStreamId(), Http2Channel.ERROR_REFUSED_STREAM);
                default -> {}
            }
            Channels.drain(frame, Long.MAX_VALUE);
        } catch (IOException | RuntimeException e) {
            LOG.debug("HTTP/2 connection to {} failed", peer, e);
            close();
        }
    }

    private void answered(Http2StreamSourceChannel answer) throws IOException {
        var stream = streams.get(answer.getStreamId());
        if (stream == null) {
            Channels.drain(answer, Long.MAX_VALUE);
            return;
        }
        stream.answered(answer);
    }

    private void goneAway(Http2GoAwayStreamSourceChannel away) {
        closing = true;
        for (var entry : List.copyOf(streams.entrySet())) {
            var reason = new IOException("the server is closing the connection");
            entry.getValue().fail(reason, entry.getKey() > away.getLastGoodStreamId());
        }
        streams.clear();
    }

    /** A stream has ended, well or not. */
    void ended(Http2Stream stream) {
        streams.values().remove(stream);
        ended();
    }

    private void ended() {
        if (streams.isEmpty()) {
            idleSince = System.nanoTime();
            if (closing || requests >= MOST_REQUESTS) {
                close();
            }
        }
    }

    void reset(int stream) {
        channel.sendRstStream(stream, Http2Channel.ERROR_CANCEL);
    }

    Http2Channel channel() {
        return channel;
    }

    @Override
    public boolean available() {
        int allowed = channel.getSendMaxConcurrentStreams();
        int most = allowed > 0 ? Math.min(allowed, MOST_STREAMS) : MOST_STREAMS;
        return open() && !closing && requests < MOST_REQUESTS && streams.size() < most;
    }

    @Override
    public boolean open() {
        return !closed && channel.isOpen() && !channel.isPeerGoneAway() && !channel.isThisGoneAway();
    }

    @Override
    public boolean usedBefore() {
        return requests > 1;
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }

    /** When what arrives is no HTTP/2, Undertow closes that direction and tells nobody. */
    @Override
    public boolean over(long now, long most) {
        return !io.getSourceChannel().isOpen() || streams.isEmpty() && now - idleSince >= most;
    }

    @Override
    public void whenClosed(Runnable listener) {
        whenClosed = listener;
    }

    @Override
    public void closeWhenIdle() {
        closing = true;
        if (streams.isEmpty()) {
            close();
        }
    }

    @Override
    public void close() {
        if (open() && streams.isEmpty()) {
            channel.sendGoAway(Http2Channel.ERROR_NO_ERROR);
        }
        IoUtils.safeClose(channel);
        closed();
    }

    private void closed() {
        if (closed) {
            return;
        }
        closed = true;
        for (var stream : List.copyOf(streams.values())) {
            stream.fail(new IOException(reason), false);
        }
        streams.clear();
        if (whenClosed != null) {
            whenClosed.run();
        }
    }

    /** Sees whether the server answers in HTTP/2 at all; Undertow would wait for a frame of some megabytes. */
    private final class FirstFrame extends AbstractStreamSourceConduit<StreamSourceConduit> {

        private boolean seen;

        FirstFrame(StreamSourceConduit next) {
            super(next);
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            int start = into.position();
            int read = next.read(into);
            // SETTINGS come first (RFC 9113 section 3.4): a length of less than 64 KiB opens with a zero.
            if (read > 0 && !seen && into.get(start) != 0) {
                reason = "the server does not speak HTTP/2";
                throw new IOException(reason);
            }
            seen |= read > 0;
            return read;
        }
    }
}
