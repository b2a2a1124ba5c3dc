package io.wshd.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A fuzz target: the head of a request. It is accepted if, and only if, regular expressions say so too. */
public final class HandshakeFuzz {

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{21}[AQgw]==");

    /** RFC 6455 section 4.3; empty elements may stand anywhere in a list (RFC 9110 section 5.6.1.2). */
    private static final Pattern TOKENS = ExtensionsFuzz.list(ExtensionsFuzz.TOKEN);

    private HandshakeFuzz() {}

    /** As it came: method and version in the first line, a header in each of the others. */
    private record Head(String method, String httpVersion, Map<String, List<String>> headers)
            implements HandshakeRequest {

        static Head parse(String text) {
            String[] lines = text.split("\n", -1);
            String[] start = lines[0].split(" ", 2);
            var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
            for (int i = 1; i < lines.length; i++) {
                String[] parts = lines[i].split(":", 2);
                if (parts.length == 2) {
                    headers.computeIfAbsent(parts[0], any -> new ArrayList<>()).add(parts[1]);
                }
            }
            return new Head(start[0], start.length > 1 ? start[1] : "", headers);
        }

        @Override
        public List<String> header(String name) {
            return headers.getOrDefault(name, List.of());
        }
    }

    /**
     * @param input the head as ISO 8859-1, lines ending with LF
     */
    public static void fuzzerTestOneInput(byte[] input) {
        var head = Head.parse(new String(input, StandardCharsets.ISO_8859_1));
        switch (Handshake.check(head)) {
            case Handshake.Refused refused -> {
                assertThat(refused.status()).isIn(400, 405, 426);
                assertThat(refused.reason()).isNotBlank();
                assertThat(isValid(head)).as(refused.reason()).isFalse();
            }
            case Handshake.Accepted accepted -> {
                assertThat(isValid(head)).isTrue();
                var deflate = PerMessageDeflate.negotiate(accepted.extensions(), EchoServer.COMPRESSION);
                accepted.headers(accepted.protocols().stream().findFirst(), deflate)
                        .forEach(
                                (name, value) -> assertThat(name + ": " + value).matches("[!-~ ]+"));
                assertThat(accepted.headers(Optional.empty(), Optional.empty())).hasSize(3);
            }
        }
    }

    private static boolean isValid(Head head) {
        List<String> protocols = head.header("Sec-WebSocket-Protocol");
        List<String> names = ExtensionsFuzz.elements(protocols);
        return head.method().equals("GET")
                && head.httpVersion().equals("HTTP/1.1")
                && ExtensionsFuzz.elements(head.header("Upgrade")).stream().anyMatch("websocket"::equalsIgnoreCase)
                && ExtensionsFuzz.elements(head.header("Connection")).stream().anyMatch("upgrade"::equalsIgnoreCase)
                && head.header("Host").size() == 1
                && head.header("Transfer-Encoding").isEmpty()
                && head.header("Content-Length").stream()
                        .allMatch(length -> length.strip().equals("0"))
                && head.header("Sec-WebSocket-Version").stream()
                        .map(String::strip)
                        .toList()
                        .equals(List.of("13"))
                && head.header("Sec-WebSocket-Key").size() == 1
                && KEY.matcher(head.header("Sec-WebSocket-Key").getFirst().strip())
                        .matches()
                && protocols.stream().allMatch(line -> TOKENS.matcher(line).matches())
                && (protocols.isEmpty() || !names.isEmpty())
                && new HashSet<>(names).size() == names.size()
                && head.header("Sec-WebSocket-Extensions").stream().allMatch(ExtensionsFuzz::isValid);
    }
}
