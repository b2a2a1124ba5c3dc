package io.wshd.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wshd.config.WebSocketConfig;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A fuzz target: lines of Sec-WebSocket-Extensions. They are read if, and only if, a regular expression matches, and
 * what is made of them keeps to RFC 7692 section 7.1.
 */
public final class ExtensionsFuzz {

    static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]++";

    private static final String SPACE = "[ \\t]*+";
    private static final String QUOTED = "\"(?:\\\\?[!#$%&'*+\\-.^_`|~0-9A-Za-z])++\"";
    private static final String PARAMETER =
            SPACE + ";" + SPACE + TOKEN + "(?:" + SPACE + "=" + SPACE + "(?:" + TOKEN + "|" + QUOTED + "))?+";

    private static final Pattern EXTENSIONS = list(TOKEN + "(?:" + PARAMETER + ")*+");

    private static final WebSocketConfig.Compression TAKEOVER = new WebSocketConfig.Compression(true, true, 0, 0);

    private ExtensionsFuzz() {}

    static Pattern list(String element) {
        return Pattern.compile("(?:" + SPACE + ",)*+" + SPACE + "(?:" + element + SPACE + "(?:,[ \\t,]*+(?:" + element
                + SPACE + ")?+)*+)?+");
    }

    /** The elements of plain lists, without empty ones. */
    static List<String> elements(List<String> lines) {
        return lines.stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
    }

    static boolean isValid(String line) {
        return EXTENSIONS.matcher(line).matches();
    }

    /**
     * @param input the lines as ISO 8859-1, separated by LF
     */
    public static void fuzzerTestOneInput(byte[] input) {
        List<String> lines = List.of(new String(input, StandardCharsets.ISO_8859_1).split("\n"));
        if (!lines.stream().allMatch(ExtensionsFuzz::isValid)) {
            assertThatThrownBy(() -> HeaderReader.extensions(lines)).isInstanceOf(IllegalArgumentException.class);
            return;
        }
        List<Extension> offers = HeaderReader.extensions(lines);
        assertThat(HeaderReader.extensions(List.of(
                        offers.stream().map(offer -> written(offer, true)).collect(Collectors.joining(",, ")))))
                .isEqualTo(offers);
        check(offers, EchoServer.COMPRESSION);
        check(offers, TAKEOVER);
    }

    private static void check(List<Extension> offers, WebSocketConfig.Compression settings) {
        PerMessageDeflate.negotiate(offers, settings).ifPresent(agreed -> {
            Extension answer = HeaderReader.extensions(List.of(agreed.answer())).getFirst();
            assertThat(written(answer, false)).isEqualTo(agreed.answer());
            assertThat(answer.name()).isEqualTo("permessage-deflate");
            assertThat(offers).anyMatch(offer -> fits(answer, offer));
            assertThat(agreed.serverBits()).isBetween(8, 15);
            assertThat(agreed.serverTakeover()).isEqualTo(!has(answer, "server_no_context_takeover"));
            assertThat(agreed.clientTakeover()).isEqualTo(!has(answer, "client_no_context_takeover"));
        });
    }

    /** Whether an offer is legal and allows this answer. */
    private static boolean fits(Extension answer, Extension offer) {
        var names = offer.parameters().stream().map(Extension.Parameter::name).toList();
        return offer.name().equals(answer.name())
                && new HashSet<>(names).size() == names.size()
                && names.stream()
                        .allMatch(name -> name.matches("(server|client)_(no_context_takeover|max_window_bits)"))
                && (!names.contains("server_no_context_takeover") || has(answer, "server_no_context_takeover"))
                && (!names.contains("client_no_context_takeover") || has(answer, "client_no_context_takeover"))
                && (!names.contains("server_max_window_bits") || has(answer, "server_max_window_bits"))
                && (names.contains("client_max_window_bits") || !has(answer, "client_max_window_bits"));
    }

    private static boolean has(Extension extension, String parameter) {
        return extension.parameters().stream().anyMatch(each -> each.name().equals(parameter));
    }

    private static String written(Extension extension, boolean quoted) {
        return extension.name()
                + extension.parameters().stream()
                        .map(parameter -> "; " + parameter.name()
                                + parameter
                                        .value()
                                        .map(value -> quoted ? "=\"" + value + "\"" : "=" + value)
                                        .orElse(""))
                        .collect(Collectors.joining());
    }
}
