package io.wshd.script;

import io.wshd.config.Compatibility;
import io.wshd.websocket.RawStream;
import java.util.Optional;

/**
 * The connection of a handshake that is not answered yet, for handlers that do more than to accept or refuse. For the
 * thread that runs the handshake hook.
 */
public interface OpeningConnection {

    /** Whose ways the handler may expect. */
    Compatibility compatibility();

    /** Bytes that one message may have. */
    int maxMessage();

    /** The key of the answer: the value of Sec-WebSocket-Accept. */
    String accept();

    /** What the answer's Sec-WebSocket-Extensions says if the handler leaves it to the gateway; empty for nothing. */
    String extensions();

    /**
     * Takes the connection away from HTTP: the client gets what the handler writes, and the answer behind it, if the
     * handler has not written one itself. The session is one of raw bytes then. Again the same stream if called again.
     *
     * @return empty when the request has been answered meanwhile, or the client has gone
     */
    Optional<RawStream> seize() throws InterruptedException;
}
