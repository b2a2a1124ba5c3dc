package io.wshd.config;

import java.time.Duration;

/**
 * Bounds on WebSocket sessions.
 *
 * @param maxMessage bytes of one message; past it the session ends with 1009
 * @param readAhead bytes of messages received and not yet taken by the handler; at this mark reading stops
 * @param handshakeTimeout for the handler's handshake hook
 * @param sendDeadline for one send to get past a full socket
 * @param closeTimeout for the peer to answer a close frame, and for a handler to notice one
 * @param pingInterval of silence from the peer before the server pings; zero switches pings off
 * @param pingTimeout for anything to arrive after a ping
 * @param idleTimeout without a message in either direction; zero is no limit
 * @param compression by permessage-deflate (RFC 7692)
 */
public record WebSocketConfig(
        int maxMessage,
        int readAhead,
        Duration handshakeTimeout,
        Duration sendDeadline,
        Duration closeTimeout,
        Duration pingInterval,
        Duration pingTimeout,
        Duration idleTimeout,
        Compression compression) {

    /**
     * Whether and how messages are compressed.
     *
     * @param enabled whether a client's offer is accepted
     * @param takeover whether messages may refer to earlier ones, in both directions: better compression, for some 300
     *     KiB of memory for each connection
     * @param threshold bytes under which a message is sent as it is
     * @param pool idle compressors to keep, and as many decompressors
     */
    public record Compression(boolean enabled, boolean takeover, int threshold, int pool) {}
}
