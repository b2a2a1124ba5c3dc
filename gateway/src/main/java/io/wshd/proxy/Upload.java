package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import java.io.IOException;
import org.xnio.channels.StreamSourceChannel;

/** The body of a request on its way from the client to a server. */
final class Upload extends Pump {

    private final ProxyExchange exchange;
    private final HttpServerExchange client;
    private final ClientBody body;
    private final UpstreamStream stream;

    Upload(
            ProxyExchange exchange,
            HttpServerExchange client,
            ClientBody body,
            StreamSourceChannel source,
            UpstreamStream stream) {
        super(source, stream.requestBody(), exchange.buffers(), () -> false);
        this.body = body;
        this.exchange = exchange;
        this.client = client;
        this.stream = stream;
    }

    @Override
    void read() {
        body.touch();
    }

    @Override
    void moved(long bytes) {
        exchange.progress();
    }

    @Override
    void sourceEnded() {
        var trailers = client.getAttachment(HttpAttachments.REQUEST_TRAILERS);
        if (trailers != null) {
            stream.requestTrailers(HopHeaders.withoutThem(trailers));
        }
    }

    @Override
    void ended() {
        exchange.uploadEnded();
    }

    @Override
    void readFailed(IOException e) {
        exchange.clientFailed(e);
    }

    /** The server may have answered before it closed. If it has not, reading will tell. */
    @Override
    void writeFailed(IOException e) {
        exchange.uploadEnded();
    }
}
