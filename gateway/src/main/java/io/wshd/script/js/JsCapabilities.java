package io.wshd.script.js;

/**
 * What the scripts of an interpreter may do beyond their own memory.
 *
 * @param network whether {@code fetch} may connect; named {@code permissions.network} where it is refused
 * @param files whether modules outside the handler directories may be imported; named {@code permissions.files} where
 *     it is refused
 */
public record JsCapabilities(boolean network, boolean files) {

    public static final JsCapabilities STANDARD = new JsCapabilities(true, false);
}
