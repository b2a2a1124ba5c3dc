package io.wshd.config;

import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The mistakes found so far in one reading, so that all of them are told and not only the first. */
final class Mistakes {

    /** A longer value is cut in a complaint. */
    private static final int LONGEST_VALUE = 120;

    private record Mistake(Place place, String what) {}

    private final List<Mistake> found = new ArrayList<>();
    private final Comparator<Place> order;

    /** @param order in which the complaints are told */
    Mistakes(Comparator<Place> order) {
        this.order = order;
    }

    /** @param what is wrong, what was expected, what to do: whole sentences on one line */
    void add(Place place, String what) {
        found.add(new Mistake(place, what));
    }

    /** Ends the reading here if there was any mistake. */
    void throwIfAny() throws ConfigException {
        if (!found.isEmpty()) {
            throw new ConfigException(found.stream()
                    .sorted(Comparator.comparing(Mistake::place, order))
                    .map(mistake -> mistake.place() + ": " + mistake.what())
                    .toList());
        }
    }

    /** A value in quotes, with control characters escaped so that the complaint stays one line. */
    static String quote(String value) {
        boolean whole = value.length() <= LONGEST_VALUE;
        return ConfigUtil.quoteString(whole ? value : value.substring(0, LONGEST_VALUE) + "...");
    }
}
