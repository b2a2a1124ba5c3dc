package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wshd.proxy.Patience.Turn;
import org.xnio.channels.StreamSourceChannel;

/**
 * The body of a request over all attempts: kept whole if it is small and may be sent again, otherwise streamed once. On
 * the I/O thread of the client's connection.
 */
final class ClientBody {

    private final HttpServerExchange client;
    private byte[] content;
    private StreamSourceChannel channel;
    private boolean touched;
    private boolean continued;
    private Upload upload;

    ClientBody(HttpServerExchange client) {
        this.client = client;
    }

    /** All of it has been read. */
    void keep(byte[] whole) {
        content = whole;
    }

    /** All of it, or null. */
    byte[] content() {
        return content;
    }

    /** Whether there is one that has to be streamed. */
    boolean streamed() {
        return content == null && !client.isRequestComplete();
    }

    void send(ProxyExchange exchange, UpstreamStream to) {
        if (channel == null) {
            channel = client.getRequestChannel();
        }
        upload = new Upload(exchange, client, this, channel, to);
        upload.start();
    }

    /** Some of it has been read from the client: another attempt could not have it again. */
    void touch() {
        touched = true;
    }

    boolean touched() {
        return touched;
    }

    /** It has left, or cannot. */
    void sent() {
        upload = null;
    }

    void stop() {
        if (upload != null) {
            upload.stop();
            upload = null;
        }
    }

    /** A server has asked for it with a 100. */
    void wanted() {
        continued = true;
    }

    /** Whether the client was told to wait before it sends it, and never that it may: whether it comes is its choice. */
    boolean uncertain() {
        return !client.isRequestComplete() && !continued && expected();
    }

    private boolean expected() {
        return client.getRequestHeaders().contains(Headers.EXPECT);
    }

    /** Who keeps a request waiting that is on its way. */
    Turn turn() {
        if (upload == null) {
            return Turn.SERVER_TO_ANSWER;
        }
        boolean waitsForContinue = !continued && !touched && expected();
        return upload.blocked() ? Turn.SERVER_TO_READ : waitsForContinue ? Turn.SERVER_TO_ANSWER : Turn.CLIENT_TO_SEND;
    }
}
