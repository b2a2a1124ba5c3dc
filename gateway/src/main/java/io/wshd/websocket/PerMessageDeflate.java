package io.wshd.websocket;

import io.wshd.config.Compatibility;
import io.wshd.config.WebSocketConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What client and server have agreed on about permessage-deflate (RFC 7692 section 7.1).
 *
 * @param serverBits the base-2 logarithm of the window that this side compresses with, 8 to 15
 * @param serverTakeover whether this side refers to its earlier messages
 * @param clientTakeover whether the client may refer to its earlier messages
 * @param answer the value of Sec-WebSocket-Extensions in the server's answer
 */
public record PerMessageDeflate(int serverBits, boolean serverTakeover, boolean clientTakeover, String answer) {

    static final int MAX_BITS = 15;

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_BITS = "server_max_window_bits";
    private static final String CLIENT_BITS = "client_max_window_bits";
    private static final String SERVER_FRESH = "server_no_context_takeover";
    private static final String CLIENT_FRESH = "client_no_context_takeover";

    /** Section 7.1.2: a decimal number without leading zeros. */
    private static final Pattern BITS = Pattern.compile("[89]|1[0-5]");

    /**
     * Takes the first offer that can be honoured.
     *
     * @param offered in the client's order of preference; extensions of other names are passed over
     * @return empty if there is none, or compression is off
     */
    public static Optional<PerMessageDeflate> negotiate(List<Extension> offered, WebSocketConfig.Compression settings) {
        if (!settings.enabled()) {
            return Optional.empty();
        }
        return offered.stream()
                .filter(extension -> extension.name().equals(NAME) && isValid(extension))
                .findFirst()
                .map(offer -> accept(offer, settings.takeover()));
    }

    /** As the other, in the ways of another server where {@code config} says so. */
    public static Optional<PerMessageDeflate> negotiate(List<Extension> offered, WebSocketConfig config) {
        Optional<PerMessageDeflate> agreed = negotiate(offered, config.compression());
        return config.compatibility() == Compatibility.PYWEBSOCKET
                ? agreed.map(PerMessageDeflate::asPywebsocket)
                : agreed;
    }

    /** pywebsocket repeats what it was asked to do itself, and nothing else. */
    private PerMessageDeflate asPywebsocket() {
        var answer = new StringBuilder(NAME);
        if (answer().contains(SERVER_BITS)) {
            answer.append("; ").append(SERVER_BITS).append('=').append(serverBits);
        }
        if (!serverTakeover) {
            answer.append("; ").append(SERVER_FRESH);
        }
        return new PerMessageDeflate(serverBits, serverTakeover, true, answer.toString());
    }

    /** Section 7.1: a parameter that is unknown, repeated or has an invalid value declines the offer. */
    private static boolean isValid(Extension offer) {
        List<Extension.Parameter> parameters = offer.parameters();
        return parameters.stream().allMatch(PerMessageDeflate::isValid)
                && parameters.stream().map(Extension.Parameter::name).distinct().count() == parameters.size();
    }

    private static boolean isValid(Extension.Parameter parameter) {
        Optional<String> value = parameter.value();
        return switch (parameter.name()) {
            case SERVER_FRESH, CLIENT_FRESH -> value.isEmpty();
            case SERVER_BITS -> value.filter(PerMessageDeflate::isBits).isPresent();
            case CLIENT_BITS -> value.isEmpty() || isBits(value.get());
            default -> false;
        };
    }

    private static boolean isBits(String value) {
        return BITS.matcher(value).matches();
    }

    private static PerMessageDeflate accept(Extension offer, boolean takeover) {
        Map<String, Optional<String>> asked = new HashMap<>();
        offer.parameters().forEach(parameter -> asked.put(parameter.name(), parameter.value()));
        boolean serverTakeover = takeover && !asked.containsKey(SERVER_FRESH);
        boolean clientTakeover = takeover && !asked.containsKey(CLIENT_FRESH);
        Optional<String> serverBits = asked.getOrDefault(SERVER_BITS, Optional.empty());
        var answer = new StringBuilder(NAME);
        if (!serverTakeover) {
            answer.append("; ").append(SERVER_FRESH);
        }
        if (!clientTakeover) {
            answer.append("; ").append(CLIENT_FRESH);
        }
        serverBits.ifPresent(
                bits -> answer.append("; ").append(SERVER_BITS).append('=').append(bits));
        // Any window can be inflated here, so the client keeps the one that it has announced for itself.
        asked.getOrDefault(CLIENT_BITS, Optional.empty())
                .ifPresent(bits ->
                        answer.append("; ").append(CLIENT_BITS).append('=').append(bits));
        return new PerMessageDeflate(
                serverBits.map(Integer::parseInt).orElse(MAX_BITS), serverTakeover, clientTakeover, answer.toString());
    }
}
