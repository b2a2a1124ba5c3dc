package io.wshd.config;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** {@code interpreters { chat {} }}: the names that routes may give besides {@code main}. */
final class InterpretersSection {

    private InterpretersSection() {}

    static Set<String> read(Section section) {
        var names = new LinkedHashSet<String>();
        names.add(RouteSection.MAIN);
        for (var entry : section.entries("{}")) {
            if (!entry.key().matches("[A-Za-z0-9_-]{1,64}")) {
                entry.section()
                        .mistake(Mistakes.quote(entry.key())
                                + " is no name; expected at most 64 of letters, digits, \"-\" and \"_\".");
            }
            entry.section().later("language", "instances", "permissions");
            if (entry.section().hasMore()) {
                entry.section().end(key -> Optional.of("An interpreter has no settings in this version."));
            }
            names.add(entry.key());
        }
        return names;
    }
}
