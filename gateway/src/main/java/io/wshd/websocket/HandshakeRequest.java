package io.wshd.websocket;

import java.util.List;

/** What the handshake needs to know of an HTTP request. */
public interface HandshakeRequest {

    /** As sent, such as {@code GET}. */
    String method();

    /** As sent, such as {@code HTTP/1.1}. */
    String httpVersion();

    /** The values of every header line of this name, in any case, in their order; empty if there is none. */
    List<String> header(String name);
}
