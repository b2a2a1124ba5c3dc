package io.wshd.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One {@code { ... }} of the configuration, read key by key. A getter that meets a mistake notes it and goes on with a
 * value within bounds, so that one reading finds every mistake; {@link #end} then notes the keys nobody asked for.
 * A value that could not be resolved has been noted before ({@link Substitutions}) and counts as missing.
 */
final class Section {

    private final ConfigObject object;
    private final String path;
    private final Place place;
    private final Places places;
    private final Mistakes mistakes;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> later = new LinkedHashSet<>();

    Section(ConfigObject object, String path, Places places, Mistakes mistakes) {
        this.object = object;
        this.path = path;
        this.place = places.of(object, path);
        this.places = places;
        this.mistakes = mistakes;
    }

    Place place() {
        return place;
    }

    /** The place of a key's value, or of the section when it has no such key. */
    Place place(String key) {
        var value = object.get(key);
        return value == null ? new Place(place.file(), place.line(), below(key)) : places.of(value, below(key));
    }

    void mistake(String what) {
        mistakes.add(place, what);
    }

    void mistake(String key, String what) {
        mistakes.add(place(key), what);
    }

    /** Whether the key has a value, good or bad; {@code null} is none. */
    boolean has(String key) {
        known.add(key);
        return value(object.get(key)).isPresent();
    }

    /** Whether there are keys besides those asked for so far. */
    boolean hasMore() {
        return !known.containsAll(object.keySet());
    }

    Optional<String> text(String key) {
        return typed(key).flatMap(value -> {
            if (value instanceof ConfigObject || value instanceof ConfigList) {
                mistake(key, shown(value) + " is no text; expected one value.");
                return Optional.empty();
            }
            return Optional.of(text(value));
        });
    }

    /** The texts of a list; empty when there is none. A bare {@code null} in it is the text {@code null}. */
    List<String> texts(String key, String example) {
        var texts = new ArrayList<String>();
        typed(key).ifPresent(value -> {
            if (value instanceof ConfigList list && list.stream().noneMatch(Section::nested)) {
                list.forEach(item -> texts.add(text(item)));
            } else {
                mistake(key, shown(value) + " is no list of texts; expected one such as " + example + ".");
            }
        });
        return texts;
    }

    /** A duration with its unit, within bounds. */
    Duration duration(String key, Duration least, Duration most) {
        var value = typed(key);
        if (value.isEmpty()) {
            missing(key);
            return least;
        }
        return Quantity.duration(text(value.get()), least, most, complaint -> mistake(key, complaint))
                .orElse(least);
    }

    /** A size in bytes, within bounds. */
    long bytes(String key, long least, long most) {
        var value = typed(key);
        if (value.isEmpty()) {
            missing(key);
            return least;
        }
        return Quantity.bytes(text(value.get()), least, most, complaint -> mistake(key, complaint))
                .orElse(least);
    }

    /** A whole number, within bounds. */
    int count(String key, int least, int most) {
        var value = typed(key);
        if (value.isEmpty()) {
            missing(key);
            return least;
        }
        return Quantity.count(text(value.get()), least, most, complaint -> mistake(key, complaint))
                .orElse(least);
    }

    /** A switch: {@code on} or {@code off}, or another of HOCON's words for these. */
    boolean flag(String key) {
        var value = typed(key);
        if (value.isEmpty()) {
            missing(key);
            return false;
        }
        return switch (text(value.get())) {
            case "on", "true", "yes" -> true;
            case "off", "false", "no" -> false;
            default -> {
                mistake(key, shown(value.get()) + " is neither \"on\" nor \"off\".");
                yield false;
            }
        };
    }

    /** The section of a key of ours. */
    Optional<Section> section(String key) {
        return typed(key).flatMap(value -> section(key, value, "{ ... }"));
    }

    /** The sections whose keys the user chose, in file order; anything else under such a key is a mistake. */
    List<Entry> entries(String example) {
        return object.keySet().stream()
                .sorted(Comparator.<String, Place>comparing(this::place, places.order())
                        .thenComparing(Comparator.naturalOrder()))
                .flatMap(
                        key -> typed(key)
                                .flatMap(value -> section(key, value, example))
                                .map(section -> new Entry(key, section))
                                .stream())
                .toList();
    }

    /** The keys, where the user chose them, in no order. */
    Set<String> keys() {
        return object.keySet();
    }

    /** One of {@link #entries}. */
    record Entry(String key, Section section) {}

    /** Names keys that the product will have and this version has not; giving one is a mistake. */
    void later(String... keys) {
        for (var key : keys) {
            later.add(key);
            if (has(key)) {
                mistake(key, "not available in this version. Remove it.");
            }
        }
    }

    /** Notes every key that was not asked for. To be called last. */
    void end() {
        end(key -> Optional.empty());
    }

    /** @param hint a sentence for an unknown key that is better than a guess at its spelling */
    void end(Function<String, Optional<String>> hint) {
        var candidates = new LinkedHashSet<>(known);
        candidates.removeAll(later);
        object.keySet().stream().filter(key -> !known.contains(key)).forEach(key -> {
            var advice = hint.apply(key).map(sentence -> " " + sentence).orElseGet(() -> {
                var guess = Spelling.didYouMean(key, candidates);
                return guess.isEmpty() ? " Expected one of " + String.join(", ", candidates) + "." : guess;
            });
            mistake(key, "unknown key." + advice);
        });
    }

    /** The value as it stands, for hints. */
    Optional<ConfigValue> raw(String key) {
        return value(object.get(key));
    }

    private Optional<Section> section(String key, ConfigValue value, String example) {
        if (value instanceof ConfigObject child) {
            return Optional.of(new Section(child, below(key), places, mistakes));
        }
        mistake(key, shown(value) + " is no section; expected " + example + ".");
        return Optional.empty();
    }

    private Optional<ConfigValue> typed(String key) {
        known.add(key);
        var value = object.get(key);
        return value == null || Substitutions.unresolved(value) ? Optional.empty() : value(value);
    }

    private static Optional<ConfigValue> value(ConfigValue value) {
        boolean none = value == null || !Substitutions.unresolved(value) && value.valueType() == ConfigValueType.NULL;
        return none ? Optional.empty() : Optional.of(value);
    }

    private void missing(String key) {
        var value = object.get(key);
        if (value == null || !Substitutions.unresolved(value)) {
            mistake(key, "has no value. Remove the line to get the default.");
        }
    }

    private String below(String key) {
        var last = ConfigUtil.joinPath(key);
        return path.isEmpty() ? last : path + "." + last;
    }

    private static boolean nested(ConfigValue value) {
        return Substitutions.unresolved(value) || value instanceof ConfigObject || value instanceof ConfigList;
    }

    /** The text of a simple value as the file has it; of anything else, its HOCON. */
    private static String text(ConfigValue value) {
        return switch (value.valueType()) {
            case STRING, NUMBER, BOOLEAN -> value.atKey("it").getString("it");
            case NULL -> "null";
            case OBJECT, LIST -> value.render(ConfigRenderOptions.concise());
        };
    }

    private static String shown(ConfigValue value) {
        boolean simple =
                !Substitutions.unresolved(value) && !(value instanceof ConfigObject) && !(value instanceof ConfigList);
        return simple
                ? Mistakes.quote(text(value))
                : value.render(ConfigRenderOptions.concise().setJson(false));
    }
}
