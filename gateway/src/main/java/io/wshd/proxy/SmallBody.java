package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.xnio.channels.StreamSourceChannel;

/** Reads the body of a request that may be repeated, if it is small: a second attempt has to have it again. */
final class SmallBody {

    /** Bytes; larger ones are streamed, and lost to a second attempt. */
    private static final long MOST = 16 * 1024;

    private final StreamSourceChannel source;
    private final ByteBuffer content;
    private final Consumer<byte[]> whole;
    private final Consumer<IOException> failed;

    SmallBody(HttpServerExchange exchange, Consumer<byte[]> whole, Consumer<IOException> failed) {
        this.source = exchange.getRequestChannel();
        this.content = ByteBuffer.allocate((int) exchange.getRequestContentLength());
        this.whole = whole;
        this.failed = failed;
    }

    /** Whether a request has a body that is worth it. A client that waits for 100 is not kept waiting for us. */
    static boolean fits(HttpServerExchange exchange) {
        return !exchange.isRequestComplete()
                && exchange.getRequestContentLength() > 0
                && exchange.getRequestContentLength() <= MOST
                && !exchange.getRequestHeaders().contains(Headers.EXPECT);
    }

    /** On the I/O thread, which also runs what is to be done with the content. */
    void read() {
        source.getReadSetter().set(channel -> more());
        more();
    }

    private void more() {
        try {
            int read;
            do {
                read = source.read(content);
            } while (read > 0 && content.hasRemaining());
            // The end has to be read too: the exchange then knows that the request is complete.
            if (!content.hasRemaining()) {
                read = source.read(ByteBuffer.allocate(1));
            }
            if (read >= 0) {
                source.resumeReads();
                return;
            }
        } catch (IOException e) {
            source.suspendReads();
            failed.accept(e);
            return;
        }
        source.suspendReads();
        source.getReadSetter().set(null);
        if (content.hasRemaining()) {
            failed.accept(new IOException("the body ended too soon"));
        } else {
            whole.accept(content.array());
        }
    }
}
