package io.wshd.config;

import java.util.regex.Pattern;

/**
 * Says in plain words what the HOCON parser means. The parser tells mistakes apart by their text only, and speaks of
 * its own tokens ("expecting a close parentheses"); a text that is not known here is passed on without its asides.
 */
final class Syntax {

    private static final Pattern RESERVED = Pattern.compile("Reserved character '(.)'");
    private static final Pattern GOT =
            Pattern.compile("(?:, got|got wrong token:|here, not:|with token:) '?(.*?)'?(?: \\(|$)");
    private static final Pattern KEY_ONLY = Pattern.compile("Key '(.*)' may not be followed by token");

    private Syntax() {}

    /** One or more sentences on one line, without a place. */
    static String inPlainWords(com.typesafe.config.ConfigException e) {
        var text = detail(e);
        var reserved = RESERVED.matcher(text);
        var key = KEY_ONLY.matcher(text);
        if (text.contains("end of file")) {
            return text.contains("List should have") || text.contains("Expecting close square")
                    ? "the file ends inside a list. Close it with \"]\"."
                    : key.find() ? noValue(key.group(1)) : "the file ends inside a section. Close it with \"}\".";
        }
        if (text.contains("was part of a cycle")) {
            return text.replaceFirst(" was part of .* involving (.*)", " leads back to itself by way of $1")
                    + ". Give one of them a value.";
        }
        if (text.startsWith("unbalanced close brace")) {
            return "a \"}\" too many. Remove it, or open the section that it closes with \"{\".";
        }
        if (text.contains("unescaped newline")) {
            return "a text in quotes does not end on its line. Close it with a quote.";
        }
        if (text.contains("not a valid escape sequence")) {
            return "a backslash in a quoted text starts an escape that does not exist. Write \\\\ for a backslash.";
        }
        if (text.contains("Substitution ${ was not closed")) {
            return "a substitution does not end. Close ${ with \"}\".";
        }
        if (text.contains("expecting include parameter")) {
            return "include takes a file name in quotes: include \"hosts.conf\".";
        }
        if (text.contains("two adjacent period")) {
            return "a key with an empty part. Quote a key with dots in it: \"www.example.org\".";
        }
        if (reserved.find()) {
            return quotes(reserved.group(1));
        }
        if (key.find(0)) {
            return noValue(key.group(1));
        }
        var got = GOT.matcher(text);
        if (got.find()) {
            return switch (got.group(1)) {
                case ":" -> quotes(":");
                case "}", "newline" -> "a key has no value. Write key = value or key { ... }.";
                case "]" -> "a \"]\" without a list that it closes.";
                default ->
                    "unexpected " + Mistakes.quote(got.group(1))
                            + "; expected key = value or key { ... }. Quote a text that has special characters.";
            };
        }
        return text.replaceAll(" \\(if you .*", "") + ".";
    }

    /** The parser's text without the place that it starts with. */
    static String detail(com.typesafe.config.ConfigException e) {
        var text = e.getMessage().replaceAll("\\s+", " ");
        var origin = e.origin() == null ? "" : e.origin().description() + ": ";
        return (text.startsWith(origin) ? text.substring(origin.length()) : text)
                .replace("Could not resolve substitution to a value: ", "")
                .replaceAll("java\\.io\\.[A-Za-z]+Exception: ", "");
    }

    private static String noValue(String key) {
        return "the key " + key.strip() + " has no value. Write key = value or key { ... }.";
    }

    private static String quotes(String character) {
        return "\"" + character + "\" has a meaning of its own outside of quotes. Put the text or key that contains it"
                + " into quotes, such as \"127.0.0.1:8080\" or \"*\".";
    }
}
