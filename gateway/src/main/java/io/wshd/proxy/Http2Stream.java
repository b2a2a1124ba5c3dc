package io.wshd.proxy;

import io.undertow.protocols.http2.Http2Channel;
import io.undertow.protocols.http2.Http2HeadersStreamSinkChannel;
import io.undertow.protocols.http2.Http2StreamSourceChannel;
import io.undertow.util.HeaderMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.xnio.ChannelListeners;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/** One request of an HTTP/2 connection and its answer. For the connection's I/O thread only. */
final class Http2Stream implements UpstreamStream {

    private final Http2Connection connection;
    private Listener listener;
    private Http2HeadersStreamSinkChannel sink;
    private Http2StreamSourceChannel source;
    private HeaderMap trailers = new HeaderMap();
    private boolean refused;
    private boolean complete;
    private boolean over;

    Http2Stream(Http2Connection connection, Listener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    void begin(Http2HeadersStreamSinkChannel opened, Request request) throws IOException {
        sink = opened;
        if (!request.streamed()) {
            writeWhole(request.content() == null ? ByteBuffer.allocate(0) : ByteBuffer.wrap(request.content()));
        }
    }

    private void writeWhole(ByteBuffer content) throws IOException {
        while (content.hasRemaining()) {
            if (sink.writeFinal(content) == 0) {
                sink.getWriteSetter().set(channel -> {
                    try {
                        writeWhole(content);
                    } catch (IOException e) {
                        fail(e, false);
                    }
                });
                sink.resumeWrites();
                return;
            }
        }
        sink.shutdownWrites();
        if (!sink.flush()) {
            sink.getWriteSetter().set(ChannelListeners.flushingChannelListener(null, (channel, e) -> fail(e, false)));
            sink.resumeWrites();
        }
    }

    /** The stream could not be opened. */
    void failLater(IOException e) {
        refused = true;
        connection.channel().getIoThread().execute(() -> fail(e, true));
    }

    void answered(Http2StreamSourceChannel answer) {
        int status = Integer.parseInt(answer.getHeaders().getFirst(Http2Channel.STATUS));
        source = answer;
        var headers = new HeaderMap();
        for (var values : answer.getHeaders()) {
            if (values.getHeaderName().byteAt(0) != ':') {
                headers.putAll(values.getHeaderName(), values);
            }
        }
        if (status < 200) {
            // Undertow ends the connection at what follows; the listener learns of that by then.
            if (listener != null) {
                listener.informational(status, "", headers);
            }
            return;
        }
        answer.setTrailersHandler(received -> trailers = received);
        answer.setCompletionListener(channel -> {
            complete = true;
            end();
        });
        var told = listener;
        listener = null;
        if (told == null) {
            abort();
        } else {
            told.response(status, "", headers);
        }
    }

    /** @param untouched whether nothing can have come of the request */
    void fail(IOException e, boolean untouched) {
        refused = untouched;
        end();
        var told = listener;
        listener = null;
        if (told != null) {
            told.failed(e);
        }
    }

    private void end() {
        if (!over) {
            over = true;
            connection.ended(this);
        }
    }

    @Override
    public StreamSinkChannel requestBody() {
        return sink;
    }

    @Override
    public void requestTrailers(HeaderMap sent) {
        sink.setTrailersProducer(() -> sent);
    }

    @Override
    public StreamSourceChannel responseBody() {
        return source;
    }

    @Override
    public BooleanSupplier drained() {
        return () -> false;
    }

    @Override
    public HeaderMap responseTrailers() {
        return trailers;
    }

    @Override
    public boolean untouched() {
        return refused;
    }

    @Override
    public boolean reusable() {
        return complete;
    }

    @Override
    public StreamConnection upgrade() {
        throw new IllegalStateException("HTTP/2 has no status 101");
    }

    @Override
    public void abort() {
        listener = null;
        if (!over) {
            if (sink != null) {
                connection.reset(sink.getStreamId());
            }
            end();
        }
    }
}
