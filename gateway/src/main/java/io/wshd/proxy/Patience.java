package io.wshd.proxy;

import io.undertow.util.StatusCodes;
import io.wshd.config.ProxyConfig;
import java.util.Optional;

/** How long an exchange may take for what it is at. */
final class Patience {

    /** Who keeps an exchange waiting. */
    enum Turn {
        /** all connections are in use */
        QUEUE,
        /** a connection is on its way, which has a deadline of its own */
        CONNECTION,
        /** the request has left */
        SERVER_TO_ANSWER,
        /** the body of the request does not leave */
        SERVER_TO_READ,
        /** the body of the request does not come */
        CLIENT_TO_SEND,
        /** the body of the response does not come */
        SERVER_TO_SEND,
        /** the body of the response does not leave */
        CLIENT_TO_READ
    }

    /**
     * What is to be said when it took too long.
     *
     * @param status for the client, if it has none yet
     * @param servers whether it is the server that was too slow
     */
    record TooLate(int status, String reason, boolean servers) {}

    private final ProxyConfig settings;

    Patience(ProxyConfig settings) {
        this.settings = settings;
    }

    /**
     * @param all nanoseconds since the exchange began
     * @param waited nanoseconds since anything last happened
     * @return empty if there is time
     */
    Optional<TooLate> look(Turn turn, long all, long waited) {
        var timeouts = settings.timeouts();
        if (!timeouts.total().isZero() && all >= timeouts.total().toNanos()) {
            return Optional.of(
                    new TooLate(StatusCodes.GATEWAY_TIME_OUT, "no complete answer within " + timeouts.total(), true));
        }
        var bound = switch (turn) {
            case CONNECTION -> null;
            case QUEUE -> settings.limits().queueTimeout();
            case SERVER_TO_ANSWER -> timeouts.firstByte();
            default -> timeouts.idle();
        };
        return bound == null || waited < bound.toNanos()
                ? Optional.empty()
                : Optional.of(
                        switch (turn) {
                            case QUEUE ->
                                new TooLate(
                                        StatusCodes.SERVICE_UNAVAILABLE,
                                        "all connections were in use for " + bound,
                                        false);
                            case SERVER_TO_ANSWER, CONNECTION ->
                                new TooLate(StatusCodes.GATEWAY_TIME_OUT, "no answer within " + bound, true);
                            case SERVER_TO_READ ->
                                new TooLate(StatusCodes.GATEWAY_TIME_OUT, "the server took nothing for " + bound, true);
                            case CLIENT_TO_SEND ->
                                new TooLate(
                                        StatusCodes.REQUEST_TIME_OUT, "the client sent nothing for " + bound, false);
                            case SERVER_TO_SEND ->
                                new TooLate(StatusCodes.GATEWAY_TIME_OUT, "the server sent nothing for " + bound, true);
                            case CLIENT_TO_READ ->
                                new TooLate(
                                        StatusCodes.REQUEST_TIME_OUT, "the client took nothing for " + bound, false);
                        });
    }
}
