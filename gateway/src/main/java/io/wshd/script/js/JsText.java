package io.wshd.script.js;

import io.wshd.websocket.Message;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.graalvm.polyglot.HostAccess;

/** Text as bytes, and bytes as text, for the JavaScript library. Public because JavaScript calls it. */
public final class JsText {

    JsText() {}

    /** UTF-8 in an ArrayBuffer; a surrogate without its other half becomes U+FFFD. */
    @HostAccess.Export
    public Object encode(String text) {
        return JsBytes.arrayBuffer(Message.text(text).data());
    }

    /**
     * A decoder.
     *
     * @param label of an encoding, as the Encoding standard has them
     * @return null if there is no such encoding here
     */
    @HostAccess.Export
    public JsTextDecoder decoder(String label, boolean fatal, boolean ignoreBom) {
        return Encodings.find(label)
                .map(encoding -> new JsTextDecoder(encoding, fatal, ignoreBom))
                .orElse(null);
    }

    /** Base64 of a string of bytes, or null if a character is none. */
    @HostAccess.Export
    public String toBase64(String bytes) {
        return bytes.chars().anyMatch(c -> c > 0xFF)
                ? null
                : Base64.getEncoder().encodeToString(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A string of bytes of Base64, with white space and without padding as one likes; null if it is none. */
    @HostAccess.Export
    public String fromBase64(String text) {
        String digits = text.replaceAll("[\\t\\n\\f\\r ]", "");
        if (digits.length() % 4 == 0) {
            digits = digits.replaceFirst("={1,2}$", "");
        }
        if (digits.length() % 4 == 1 || !digits.matches("[A-Za-z0-9+/]*")) {
            return null;
        }
        return new String(Base64.getDecoder().decode(digits), StandardCharsets.ISO_8859_1);
    }
}
