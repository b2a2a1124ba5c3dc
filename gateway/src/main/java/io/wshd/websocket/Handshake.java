package io.wshd.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The server's half of the opening handshake (RFC 6455 section 4.2). Sans I/O: a view of the request in, the headers of
 * the answer out. Who may open a session at all is decided by {@code OriginPolicy}; the limits on the size of the
 * headers are Undertow's.
 */
public final class Handshake {

    /** What became of a request. */
    public sealed interface Result {}

    /**
     * A valid request.
     *
     * @param protocols the subprotocols that the client offers, in its order of preference
     * @param extensions the extensions that the client offers, in its order of preference
     * @param accept the value of Sec-WebSocket-Accept
     */
    public record Accepted(List<String> protocols, List<Extension> extensions, String accept) implements Result {

        /**
         * The headers of the 101 answer.
         *
         * @param protocol the subprotocol chosen, if any
         * @param deflate what {@link PerMessageDeflate#negotiate} made of the extensions
         * @throws IllegalArgumentException if the client has not offered it (section 4.2.2)
         */
        public Map<String, String> headers(Optional<String> protocol, Optional<PerMessageDeflate> deflate) {
            var headers = new LinkedHashMap<String, String>();
            headers.put("Upgrade", "websocket");
            headers.put("Connection", "Upgrade");
            headers.put("Sec-WebSocket-Accept", accept);
            protocol.ifPresent(chosen -> {
                if (!protocols.contains(chosen)) {
                    throw new IllegalArgumentException(
                            "subprotocol \"" + chosen + "\" is not among those that the client offers: " + protocols);
                }
                headers.put("Sec-WebSocket-Protocol", chosen);
            });
            deflate.ifPresent(agreed -> headers.put("Sec-WebSocket-Extensions", agreed.answer()));
            return headers;
        }
    }

    /**
     * A request to answer with an error.
     *
     * @param headers to send with it
     * @param reason a sentence for the answer's body
     */
    public record Refused(Cause cause, int status, Map<String, String> headers, String reason) implements Result {

        /** What metrics tell apart. */
        public enum Cause {
            METHOD,
            HTTP_VERSION,
            NO_UPGRADE,
            VERSION,
            HOST,
            KEY,
            PROTOCOL,
            EXTENSIONS,
            BODY,
            ORIGIN,
            OTHER
        }
    }

    /** Concatenated to the client's key, section 1.3. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final String VERSION = "13";

    private Handshake() {}

    /** Whether a request asks for a WebSocket, well-formed or not; others are ordinary requests. */
    public static boolean isUpgrade(HandshakeRequest request) {
        return lists(request, "Upgrade", "websocket");
    }

    /** Checks a request for a WebSocket-only resource. */
    public static Result check(HandshakeRequest request) {
        if (!request.method().equals("GET")) {
            return new Refused(Refused.Cause.METHOD, 405, Map.of("Allow", "GET"), "A WebSocket is opened with GET.");
        }
        if (request.httpVersion().equals("HTTP/1.0") || !isUpgrade(request)) {
            // An Upgrade header in HTTP/1.0 must be ignored (RFC 9110 section 7.8).
            return new Refused(
                    Refused.Cause.NO_UPGRADE, 426, upgrade(), "This is a WebSocket; connect with a WebSocket client.");
        }
        if (!request.httpVersion().equals("HTTP/1.1")) {
            return bad(Refused.Cause.HTTP_VERSION, "A WebSocket is opened over HTTP/1.1.");
        }
        if (!lists(request, "Connection", "upgrade")) {
            return bad(Refused.Cause.NO_UPGRADE, "The Connection header does not list \"Upgrade\".");
        }
        if (request.header("Host").size() != 1) {
            return bad(Refused.Cause.HOST, "Exactly one Host header is required.");
        }
        if (!request.header("Transfer-Encoding").isEmpty()
                || request.header("Content-Length").stream()
                        .anyMatch(length -> !length.strip().equals("0"))) {
            // The bytes of a body would be read as frames.
            return bad(Refused.Cause.BODY, "A WebSocket handshake has no body.");
        }
        List<String> versions = request.header("Sec-WebSocket-Version");
        if (versions.size() != 1 || !versions.getFirst().strip().equals(VERSION)) {
            var headers = upgrade();
            headers.put("Sec-WebSocket-Version", VERSION);
            return new Refused(Refused.Cause.VERSION, 426, headers, "Sec-WebSocket-Version must be 13.");
        }
        List<String> keys = request.header("Sec-WebSocket-Key");
        if (keys.size() != 1 || !isKey(keys.getFirst().strip())) {
            return bad(Refused.Cause.KEY, "Sec-WebSocket-Key must come once and be 16 bytes in base64.");
        }
        return accept(request, keys.getFirst().strip());
    }

    private static Result accept(HandshakeRequest request, String key) {
        List<String> protocols;
        try {
            protocols = HeaderReader.tokens(request.header("Sec-WebSocket-Protocol"));
        } catch (IllegalArgumentException e) {
            return bad(Refused.Cause.PROTOCOL, "Sec-WebSocket-Protocol is no list of tokens: " + e.getMessage() + ".");
        }
        if (new HashSet<>(protocols).size() < protocols.size()) {
            return bad(Refused.Cause.PROTOCOL, "Sec-WebSocket-Protocol names a subprotocol twice.");
        }
        if (protocols.isEmpty() && !request.header("Sec-WebSocket-Protocol").isEmpty()) {
            return bad(Refused.Cause.PROTOCOL, "Sec-WebSocket-Protocol is empty.");
        }
        try {
            var extensions = HeaderReader.extensions(request.header("Sec-WebSocket-Extensions"));
            return new Accepted(List.copyOf(protocols), List.copyOf(extensions), acceptFor(key));
        } catch (IllegalArgumentException e) {
            return bad(Refused.Cause.EXTENSIONS, "Sec-WebSocket-Extensions is malformed: " + e.getMessage() + ".");
        }
    }

    /** The value of Sec-WebSocket-Accept for a key (section 4.2.2, item 5.4). */
    static String acceptFor(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static boolean isKey(String key) {
        try {
            byte[] nonce = Base64.getDecoder().decode(key);
            // The decoder would do without padding, and with bits that belong to no byte.
            return nonce.length == 16
                    && Base64.getEncoder().encodeToString(nonce).equals(key);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether a header is a list that has a word in it, in any case; a malformed one has none. */
    private static boolean lists(HandshakeRequest request, String header, String word) {
        for (String line : request.header(header)) {
            for (String element : line.split(",")) {
                if (element.strip().equalsIgnoreCase(word)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Refused bad(Refused.Cause cause, String reason) {
        return new Refused(cause, 400, Map.of(), reason);
    }

    private static Map<String, String> upgrade() {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Upgrade", "websocket");
        headers.put("Connection", "Upgrade");
        return headers;
    }
}
