package io.wshd.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads the file that {@code standalone --config} names: a section {@code [pywebsocket]} with options by their long
 * names, {@code port = 9998} or {@code port: 9998}. Options of the command line win.
 */
final class StandaloneFile {

    private static final Set<String> NAMES = Set.of("--config", "--config-file", "--config_file");

    /** Options without a value: here they have one all the same. */
    private static final Set<String> FLAGS = Set.of(
            "tls", "tls-client-auth", "tls-client-cert-optional", "basic-auth", "allow-handlers-outside-root-dir");

    private static final Set<String> OFF = Set.of("0", "no", "false", "off");

    private StandaloneFile() {}

    /**
     * The arguments with those of the file in front, if they name one.
     *
     * @throws IOException when it cannot be read
     */
    static List<String> expand(List<String> arguments) throws IOException {
        var all = new ArrayList<String>();
        for (int i = 0; i < arguments.size(); i++) {
            var argument = arguments.get(i);
            var name = argument.replaceFirst("=.*", "");
            if (NAMES.contains(name)) {
                if (argument.contains("=")) {
                    all.addAll(read(Path.of(argument.substring(name.length() + 1))));
                } else if (i + 1 < arguments.size()) {
                    all.addAll(read(Path.of(arguments.get(i + 1))));
                }
            }
        }
        all.addAll(arguments);
        return all;
    }

    private static List<String> read(Path file) throws IOException {
        var arguments = new ArrayList<String>();
        boolean ours = false;
        for (var line : Files.readAllLines(file)) {
            var text = line.strip();
            if (text.isEmpty() || text.startsWith("#") || text.startsWith(";")) {
                continue;
            }
            if (text.startsWith("[")) {
                ours = text.equals("[pywebsocket]");
            } else if (ours) {
                var parts = text.split("\\s*[=:]\\s*", 2);
                add(parts[0].toLowerCase(Locale.ROOT), parts.length > 1 ? parts[1] : "", arguments);
            }
        }
        return arguments;
    }

    private static void add(String name, String value, List<String> arguments) {
        if (!FLAGS.contains(name.replace('_', '-'))) {
            arguments.add("--" + name);
            arguments.add(value);
        } else if (!OFF.contains(value.toLowerCase(Locale.ROOT))) {
            arguments.add("--" + name);
        }
    }
}
