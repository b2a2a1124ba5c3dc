package io.wshd.script;

import java.util.List;
import java.util.Map;

/** What a handler made of a handshake. */
public sealed interface Opening {

    /** The connection becomes a WebSocket. */
    sealed interface Opened extends Opening {

        /** What the handler does with it. */
        Conversation conversation();
    }

    /**
     * The connection becomes a WebSocket by the gateway's answer.
     *
     * @param subprotocol one of those that the client offered, or empty for none
     * @param headers to add to the 101 response
     * @param deflate whether permessage-deflate may be negotiated
     */
    record Accepted(
            String subprotocol, List<Map.Entry<String, String>> headers, boolean deflate, Conversation conversation)
            implements Opened {}

    /**
     * The connection becomes a WebSocket by an answer of the handler's own.
     *
     * @param head the answer's bytes: status line, headers and the empty line
     * @param deflate whether the head says so and the gateway is to compress
     * @param raw whether the conversation frames its messages itself
     */
    record Answered(byte[] head, boolean deflate, boolean raw, Conversation conversation) implements Opened {}

    /**
     * The client gets an HTTP error.
     *
     * @param reason for the log, never for the client
     * @param headers of the answer
     */
    record Refused(int status, String reason, Map<String, String> headers) implements Opening {

        public Refused(int status, String reason) {
            this(status, reason, Map.of());
        }
    }

    /** The connection ends with nothing more written. */
    record Aborted() implements Opening {}
}
