package io.wshd.script;

import java.util.List;
import java.util.Map;

/** What a handler made of a handshake. */
public sealed interface Opening {

    /**
     * The connection becomes a WebSocket.
     *
     * @param subprotocol one of those that the client offered, or empty for none
     * @param headers to add to the 101 response
     * @param deflate whether permessage-deflate may be negotiated
     */
    record Accepted(
            String subprotocol, List<Map.Entry<String, String>> headers, boolean deflate, Conversation conversation)
            implements Opening {}

    /**
     * The client gets an HTTP error.
     *
     * @param reason for the log, never for the client
     */
    record Refused(int status, String reason) implements Opening {}

    /** The connection ends with nothing more written. */
    record Aborted() implements Opening {}
}
