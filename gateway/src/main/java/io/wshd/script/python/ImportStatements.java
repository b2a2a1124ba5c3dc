package io.wshd.script.python;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The import statements of a Python text, found without running it: at the top, in functions, and what looks like one in
 * a longer string. In Java, since this is asked of each script and module, by an interpreter that is still cold.
 */
final class ImportStatements {

    private final String parent;
    private final Set<String> names = new LinkedHashSet<>();

    private ImportStatements(String parent) {
        this.parent = parent;
    }

    /**
     * The whole names of the modules that a text may import, and of the packages that these are in. Some may be none, such
     * as names of what is in a module.
     *
     * @param parent the package that the text's module is in, or nothing
     */
    static Set<String> in(String text, String parent) {
        var statements = new ImportStatements(parent);
        Iterator<String> lines = text.lines().iterator();
        while (lines.hasNext()) {
            String line = lines.next();
            int start = 0;
            while (start < line.length() && Character.isWhitespace(line.charAt(start))) {
                start++;
            }
            if (line.startsWith("import", start) || line.startsWith("from", start)) {
                statements.read(words(line, lines));
            }
        }
        return statements.names;
    }

    /** The words and marks of a statement, which goes on within parentheses and after a backslash. */
    private static List<String> words(String first, Iterator<String> more) {
        List<String> words = new ArrayList<>();
        String line = first;
        boolean inside = false;
        while (true) {
            int end = line.indexOf('#');
            int from = -1;
            for (int at = 0; at < (end < 0 ? line.length() : end); at++) {
                char c = line.charAt(at);
                boolean mark = c == ',' || c == ';' || c == '(' || c == ')' || c == '\\';
                if (from >= 0 && (mark || Character.isWhitespace(c))) {
                    words.add(line.substring(from, at));
                    from = -1;
                } else if (from < 0 && !mark && !Character.isWhitespace(c)) {
                    from = at;
                }
                if (mark) {
                    inside = c == '(' || inside && c != ')';
                    words.add(String.valueOf(c));
                }
            }
            if (from >= 0) {
                words.add(line.substring(from, end < 0 ? line.length() : end));
            }
            if (!more.hasNext() || !inside && !line.endsWith("\\")) {
                return words;
            }
            line = more.next();
        }
    }

    private void read(List<String> words) {
        if (words.getFirst().equals("import")) {
            list("", words.subList(1, words.size()));
        } else if (words.getFirst().equals("from") && words.contains("import")) {
            int at = words.indexOf("import");
            String base = absolute(String.join("", words.subList(1, at)));
            add(base);
            list(base, words.subList(at + 1, words.size()));
        }
    }

    /** Takes the first word after each comma, so that what stands behind {@code as} is left out. */
    private void list(String base, List<String> words) {
        boolean wanted = true;
        for (String word : words) {
            switch (word) {
                case ";" -> {
                    return;
                }
                case "," -> wanted = true;
                case "(", ")", "\\" -> {
                    continue;
                }
                default -> {
                    if (wanted) {
                        add(base.isEmpty() ? word : base + "." + word);
                    }
                    wanted = false;
                }
            }
        }
    }

    private String absolute(String name) {
        int dots = 0;
        while (dots < name.length() && name.charAt(dots) == '.') {
            dots++;
        }
        String rest = name.substring(dots);
        if (dots == 0) {
            return rest;
        }
        String base = parent;
        for (int i = 1; i < dots; i++) {
            base = base.substring(0, Math.max(base.lastIndexOf('.'), 0));
        }
        return base.isEmpty() || rest.isEmpty() ? base + rest : base + "." + rest;
    }

    private void add(String name) {
        for (int end = name.length(); end > 0; end = name.lastIndexOf('.', end - 1)) {
            names.add(name.substring(0, end));
        }
    }
}
