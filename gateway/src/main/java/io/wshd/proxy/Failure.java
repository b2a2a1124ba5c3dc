package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.StatusCodes;

/**
 * Why a request could not be passed on.
 *
 * @param status for the client
 * @param reason for the log
 */
record Failure(int status, String reason) {

    static final Failure TOO_LARGE =
            new Failure(StatusCodes.REQUEST_ENTITY_TOO_LARGE, "the body is larger than max-body");

    private static final AttachmentKey<Failure> KEY = AttachmentKey.create(Failure.class);
    private static final Failure UNKNOWN = new Failure(StatusCodes.BAD_GATEWAY, "the exchange broke off");

    static Failure of(HttpServerExchange exchange) {
        var failure = exchange.getAttachment(KEY);
        return failure == null ? UNKNOWN : failure;
    }

    /** Keeps the first: what follows is mostly its consequence. */
    void putInto(HttpServerExchange exchange) {
        if (exchange.getAttachment(KEY) == null) {
            exchange.putAttachment(KEY, this);
        }
    }
}
