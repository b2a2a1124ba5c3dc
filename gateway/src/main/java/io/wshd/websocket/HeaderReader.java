package io.wshd.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the lists in handshake headers (RFC 9110 section 5.6, RFC 6455 section 9.1). Not thread-safe. */
final class HeaderReader {

    private static final String SEPARATORS = "()<>@,;:\\\"/[]?={}";

    private final String text;
    private int at;

    private HeaderReader(String text) {
        this.text = text;
    }

    /**
     * The tokens of a comma-separated list over several header lines. Empty elements are skipped, as RFC 9110 section
     * 5.6.1 asks of recipients.
     *
     * @throws IllegalArgumentException for anything that is no token, such as {@code chat/1} or a parameter
     */
    static List<String> tokens(List<String> lines) {
        var tokens = new ArrayList<String>();
        for (String line : lines) {
            var reader = new HeaderReader(line);
            while (reader.nextElement()) {
                tokens.add(reader.token());
            }
        }
        return tokens;
    }

    /** The elements of Sec-WebSocket-Extensions over several header lines; otherwise as {@link #tokens}. */
    static List<Extension> extensions(List<String> lines) {
        var extensions = new ArrayList<Extension>();
        for (String line : lines) {
            var reader = new HeaderReader(line);
            while (reader.nextElement()) {
                extensions.add(reader.extension());
            }
        }
        return extensions;
    }

    /** Moves to the next element of the list; false at the end. */
    private boolean nextElement() {
        boolean separated = at == 0;
        while (true) {
            skipSpace();
            if (at == text.length()) {
                return false;
            }
            if (text.charAt(at) != ',') {
                if (!separated) {
                    throw unexpected("\",\"");
                }
                return true;
            }
            separated = true;
            at++;
        }
    }

    private Extension extension() {
        String name = token();
        var parameters = new ArrayList<Extension.Parameter>();
        while (takes(';')) {
            skipSpace();
            String parameter = token();
            Optional<String> value = Optional.empty();
            if (takes('=')) {
                skipSpace();
                value = Optional.of(at < text.length() && text.charAt(at) == '"' ? quoted() : token());
            }
            parameters.add(new Extension.Parameter(parameter, value));
        }
        return new Extension(name, parameters);
    }

    /** A quoted string, whose content must be a token as well (RFC 6455 section 9.1). */
    private String quoted() {
        var value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\') {
                at++;
            }
            if (at == text.length() || !isToken(text.charAt(at))) {
                throw unexpected("a token within quotes");
            }
            value.append(text.charAt(at++));
        }
        if (at == text.length() || value.isEmpty()) {
            throw unexpected("a token within quotes");
        }
        at++;
        return value.toString();
    }

    private String token() {
        int from = at;
        while (at < text.length() && isToken(text.charAt(at))) {
            at++;
        }
        if (from == at) {
            throw unexpected("a token");
        }
        return text.substring(from, at);
    }

    private boolean takes(char separator) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == separator) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private static boolean isToken(char c) {
        return c > ' ' && c < 0x7F && SEPARATORS.indexOf(c) < 0;
    }

    private IllegalArgumentException unexpected(String expected) {
        return new IllegalArgumentException("expected " + expected + " at character " + (at + 1));
    }
}
