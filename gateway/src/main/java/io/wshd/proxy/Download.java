package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import java.io.IOException;
import org.xnio.channels.StreamSinkChannel;

/** The body of a response on its way from a server to the client. */
final class Download extends Pump {

    private final ProxyExchange exchange;
    private final HttpServerExchange client;
    private final UpstreamStream stream;
    private final StreamSinkChannel sink;

    Download(ProxyExchange exchange, HttpServerExchange client, UpstreamStream stream, StreamSinkChannel sink) {
        super(stream.responseBody(), sink, exchange.buffers(), stream.drained());
        this.exchange = exchange;
        this.client = client;
        this.stream = stream;
        this.sink = sink;
    }

    @Override
    void moved(long bytes) {
        exchange.progress();
    }

    @Override
    void sourceEnded() {
        var trailers = stream.responseTrailers();
        if (trailers.size() > 0) {
            client.putAttachment(HttpAttachments.RESPONSE_TRAILERS, HopHeaders.withoutThem(trailers));
            try {
                // Without a byte written, the response would become one without a body, and without trailers.
                sink.flush();
            } catch (IOException e) {
                // The write that follows fails as well.
            }
        }
        exchange.answerRead();
    }

    @Override
    void ended() {
        exchange.finished();
    }

    @Override
    void readFailed(IOException e) {
        exchange.brokeOff(e);
    }

    @Override
    void writeFailed(IOException e) {
        exchange.clientFailed(e);
    }
}
