package io.wshd.observe;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Names one request in its error page and in the log, so that a user's complaint leads to the line that says why.
 *
 * @param value 16 hexadecimal digits; unique enough to find a line, no secret
 */
public record RequestId(String value) {

    private static final AttachmentKey<RequestId> KEY = AttachmentKey.create(RequestId.class);

    /** The id of a request; the first call makes it. To be called by one thread at a time, as all of an exchange. */
    public static RequestId of(HttpServerExchange exchange) {
        var id = exchange.getAttachment(KEY);
        if (id == null) {
            id = new RequestId("%016x".formatted(ThreadLocalRandom.current().nextLong()));
            exchange.putAttachment(KEY, id);
        }
        return id;
    }

    @Override
    public String toString() {
        return value;
    }
}
