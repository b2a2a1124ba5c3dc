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
 * @param compatibility whose outcomes the peer sees where servers may differ
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
        Compression compression,
        Compatibility compatibility) {

    /** What pywebsocket's handlers may need before their answer, at least: some sleep for ten seconds there. */
    private static final Duration PATIENT = Duration.ofMinutes(1);

    /** What pywebsocket's handlers may receive and send in one message, at least. */
    private static final int LARGE = 64 << 20;

    /** Bounds as they are without compatibility. */
    public WebSocketConfig(
            int maxMessage,
            int readAhead,
            Duration handshakeTimeout,
            Duration sendDeadline,
            Duration closeTimeout,
            Duration pingInterval,
            Duration pingTimeout,
            Duration idleTimeout,
            Compression compression) {
        this(
                maxMessage,
                readAhead,
                handshakeTimeout,
                sendDeadline,
                closeTimeout,
                pingInterval,
                pingTimeout,
                idleTimeout,
                compression,
                Compatibility.NONE);
    }

    /** The same bounds as far as scripts written for another server can live with them. */
    public WebSocketConfig with(Compatibility other) {
        return switch (other) {
            case NONE -> this;
            case PYWEBSOCKET ->
                new WebSocketConfig(
                        Math.max(maxMessage, LARGE),
                        readAhead,
                        handshakeTimeout.compareTo(PATIENT) > 0 ? handshakeTimeout : PATIENT,
                        sendDeadline,
                        closeTimeout,
                        Duration.ZERO,
                        pingTimeout,
                        idleTimeout,
                        new Compression(compression.enabled(), true, 0, compression.pool(), Compression.BALANCED),
                        other);
        };
    }

    /**
     * Whether and how messages are compressed.
     *
     * @param enabled whether a client's offer is accepted
     * @param takeover whether messages may refer to earlier ones, in both directions: better compression, for some 300
     *     KiB of memory for each connection
     * @param threshold bytes under which a message is sent as it is
     * @param pool idle compressors to keep, and as many decompressors
     * @param level of effort, 1 to 9
     */
    public record Compression(boolean enabled, boolean takeover, int threshold, int pool, int level) {

        /**
         * The fastest of nine. Measured on JSON of 1, 16 and 200 kB, zlib's default of 6 takes 1.5, 3 and 4 times as
         * long, on a thread that runs handlers, to save another 3, 8 and 12 %.
         */
        public static final int FAST = 1;

        /** zlib's own default. */
        public static final int BALANCED = 6;

        public Compression(boolean enabled, boolean takeover, int threshold, int pool) {
            this(enabled, takeover, threshold, pool, FAST);
        }
    }
}
