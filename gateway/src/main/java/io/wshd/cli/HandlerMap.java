package io.wshd.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads a handler map file: lines of an alias, white space and the path that it stands for. Lines that begin with
 * {@code #} are comments.
 */
final class HandlerMap {

    private static final Pattern LINE = Pattern.compile("(/\\S*)\\s+(/\\S*)");

    private HandlerMap() {}

    /**
     * Reads a file.
     *
     * @param name relative to {@code start}; null for none
     * @param mistakes gets what is wrong with it
     */
    static Map<String, String> read(Path start, String name, List<String> mistakes) {
        Map<String, String> aliases = new LinkedHashMap<>();
        if (name == null) {
            return aliases;
        }
        int number = 0;
        try {
            for (String line : Files.readAllLines(start.resolve(name))) {
                number++;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                var words = LINE.matcher(line.strip());
                if (words.matches()) {
                    aliases.put(words.group(1), words.group(2));
                } else {
                    mistakes.add(name + ":" + number + ": \"" + line.strip()
                            + "\" is no alias; expected two paths, such as \"/alias /a/b\".");
                }
            }
        } catch (IOException e) {
            mistakes.add("--websock-handlers-map-file " + name + ": cannot be read: " + e + ".");
        }
        return aliases;
    }
}
