package io.wshd.websocket;

import java.util.List;
import java.util.Optional;

/**
 * One element of Sec-WebSocket-Extensions (RFC 6455 section 9.1).
 *
 * @param parameters in their order, which may name one twice: what that means is up to the extension
 */
public record Extension(String name, List<Parameter> parameters) {

    /**
     * @param value unquoted; empty if the parameter has none
     */
    public record Parameter(String name, Optional<String> value) {}

    public Extension {
        parameters = List.copyOf(parameters);
    }
}
