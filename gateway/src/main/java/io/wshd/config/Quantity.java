package io.wshd.config;

import com.typesafe.config.ConfigValueFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Durations, sizes and counts: text in, a value within bounds or a complaint out. */
final class Quantity {

    private static final Pattern BARE_NUMBER = Pattern.compile("[+-]?[0-9]+(\\.[0-9]+)?");
    private static final Pattern ZERO = Pattern.compile("0+(\\.0+)?");

    private Quantity() {}

    /**
     * A duration in HOCON notation. Stricter than HOCON in one point: a number without a unit, there milliseconds, is
     * a mistake, since who writes {@code idle-timeout = 60} means seconds.
     */
    static Optional<Duration> duration(String text, Duration least, Duration most, Consumer<String> complaint) {
        if (BARE_NUMBER.matcher(text).matches() && !ZERO.matcher(text).matches()) {
            complaint.accept("\"" + text + "\" has no unit; write " + text + "s for seconds or " + text
                    + "ms for milliseconds.");
            return Optional.empty();
        }
        Duration value;
        try {
            value = ConfigValueFactory.fromAnyRef(text).atKey("it").getDuration("it");
        } catch (com.typesafe.config.ConfigException | ArithmeticException e) {
            complaint.accept(
                    Mistakes.quote(text) + " is no duration; expected a number with a unit, such as 500ms, 10s or 5m.");
            return Optional.empty();
        }
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            complaint.accept(outOfBounds(text, shown(least), shown(most)));
            return Optional.empty();
        }
        return Optional.of(value);
    }

    /** A size in HOCON notation, in bytes. */
    static Optional<Long> bytes(String text, long least, long most, Consumer<String> complaint) {
        long value;
        try {
            value = ConfigValueFactory.fromAnyRef(text).atKey("it").getBytes("it");
        } catch (com.typesafe.config.ConfigException | ArithmeticException e) {
            complaint.accept(
                    Mistakes.quote(text) + " is no size; expected a number with a unit, such as 512B, 64KiB or 1MiB.");
            return Optional.empty();
        }
        if (value < least || value > most) {
            complaint.accept(outOfBounds(text, shown(least), shown(most)));
            return Optional.empty();
        }
        return Optional.of(value);
    }

    static Optional<Integer> count(String text, int least, int most, Consumer<String> complaint) {
        int value;
        try {
            value = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            complaint.accept(Mistakes.quote(text) + " is no whole number; expected " + least + " to " + most + ".");
            return Optional.empty();
        }
        if (value < least || value > most) {
            complaint.accept(outOfBounds(text, Integer.toString(least), Integer.toString(most)));
            return Optional.empty();
        }
        return Optional.of(value);
    }

    private static String outOfBounds(String text, String least, String most) {
        return Mistakes.quote(text) + " is out of bounds; expected " + least + " to " + most + ".";
    }

    private static String shown(Duration value) {
        long millis = value.toMillis();
        if (millis >= 3_600_000 && millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis >= 60_000 && millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    private static String shown(long bytes) {
        var units = new String[] {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        while (unit < units.length - 1 && bytes >= 1024 && bytes % 1024 == 0) {
            bytes /= 1024;
            unit++;
        }
        return bytes + units[unit];
    }
}
