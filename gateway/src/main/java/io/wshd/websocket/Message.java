package io.wshd.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A whole message. The array is not copied on the way in or out: whoever makes a message hands its array over.
 *
 * @param text whether it is text; then {@code data} is valid UTF-8
 */
public record Message(boolean text, byte[] data) {

    public Message {
        Objects.requireNonNull(data);
    }

    /** Text; a surrogate without its other half becomes U+FFFD. */
    public static Message text(String text) {
        return new Message(true, Utf8.encode(text, 0));
    }

    public static Message binary(byte[] data) {
        return new Message(false, data);
    }

    /** The data decoded as UTF-8. */
    public String string() {
        return new String(data, StandardCharsets.UTF_8);
    }
}
