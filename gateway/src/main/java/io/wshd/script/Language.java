package io.wshd.script;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A language that handlers may be written in, told by the end of the file's name. */
public enum Language {
    PYTHON("Python", List.of("_wsh.py")),
    JAVASCRIPT("JavaScript", List.of("_wsh.mjs", "_wsh.js"));

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // It is immutable, only its type does not tell.
    private final List<String> suffixes;

    Language(String title, List<String> suffixes) {
        this.title = title;
        this.suffixes = suffixes;
    }

    /** The name for people. */
    public String title() {
        return title;
    }

    /**
     * The language of a script, or empty when the file is none: something must stand before the suffix.
     *
     * @param fileName without directories
     */
    public static Optional<Language> of(String fileName) {
        return Arrays.stream(values())
                .filter(language -> language.suffix(fileName) != null)
                .findFirst();
    }

    /** What is left of {@code fileName} without its suffix: the last segment of the URL path that it answers. */
    public String stem(String fileName) {
        return fileName.substring(0, fileName.length() - suffix(fileName).length());
    }

    private String suffix(String fileName) {
        for (String suffix : suffixes) {
            if (fileName.length() > suffix.length() && fileName.endsWith(suffix)) {
                return suffix;
            }
        }
        return null;
    }
}
