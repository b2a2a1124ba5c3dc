package io.wshd.config;

import com.typesafe.config.ConfigException.NotResolved;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Finds the substitutions that lead nowhere. */
final class Substitutions {

    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{[^}]*}");

    private final Places places;
    private final Mistakes mistakes;

    Substitutions(Places places, Mistakes mistakes) {
        this.places = places;
        this.mistakes = mistakes;
    }

    /** Whether a value could not be resolved; such a value may not be asked for its type. */
    static boolean unresolved(ConfigValue value) {
        try {
            var _ = value.valueType();
            if (value instanceof ConfigObject object) {
                var _ = object.size();
            }
            return false;
        } catch (NotResolved e) {
            return true;
        }
    }

    /** Notes every value at or below this one that could not be resolved. */
    void check(ConfigValue top, String path) {
        Map<Place, String> found = new LinkedHashMap<>();
        collect(top, path, found);
        // A value that only refers to one of the others has no line of its own, and nothing to be mended in it.
        boolean told = found.keySet().stream().anyMatch(place -> !place.equals(places.whole(place.path())));
        found.forEach((place, name) -> {
            if (!told || !place.equals(places.whole(place.path()))) {
                mistakes.add(
                        place,
                        name + " is neither in the configuration nor in the environment. Define it, or"
                                + " write ${?...} if it may be missing.");
            }
        });
    }

    private void collect(ConfigValue value, String path, Map<Place, String> found) {
        if (unresolved(value)) {
            var name = SUBSTITUTION.matcher(value.render(ConfigRenderOptions.concise()));
            found.put(places.of(value, path), name.find() ? name.group() : "a substitution");
        } else if (value instanceof ConfigObject object) {
            object.forEach((key, child) ->
                    collect(child, (path.isEmpty() ? "" : path + ".") + ConfigUtil.joinPath(key), found));
        } else if (value instanceof ConfigList list) {
            list.forEach(child -> collect(child, path, found));
        }
    }
}
