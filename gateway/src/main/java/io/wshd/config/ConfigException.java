package io.wshd.config;

import java.util.List;

/** A configuration that cannot be used. Carries every mistake found, not only the first. */
public final class ConfigException extends Exception {

    private final List<String> mistakes;

    /**
     * @param mistakes one line each: place, value, what was expected, what to do
     */
    public ConfigException(List<String> mistakes) {
        super(String.join("\n", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    public List<String> mistakes() {
        return mistakes;
    }

    /**
     * Every mistake and a last line that counts them: {@code 2 errors; nothing was started.}
     *
     * @param consequence what follows from the mistakes, without a full stop
     */
    public String report(String consequence) {
        var count = mistakes.size() == 1 ? "1 error" : mistakes.size() + " errors";
        return getMessage() + "\n" + count + "; " + consequence + ".";
    }
}
