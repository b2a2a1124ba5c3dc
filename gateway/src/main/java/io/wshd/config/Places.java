package io.wshd.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * Says where a value came from: a line of the configuration file or of a file that it includes, or an option of the
 * command line. Files below the working directory are named relative to it, others as the user named them.
 */
final class Places {

    /** Opens the origin of every value that {@code --set} gave. */
    static final String SET = "--set ";

    private final Path workingDirectory;
    private final Path named;
    private final String mainFile;

    /**
     * @param workingDirectory absolute
     * @param mainFile the configuration file as the user named it
     */
    Places(Path workingDirectory, Path mainFile) {
        this.workingDirectory = workingDirectory;
        this.named = mainFile;
        this.mainFile = shown(absolute(mainFile));
    }

    Place of(ConfigValue value, String path) {
        var place = of(value.origin(), path);
        return place == null ? whole(path) : orFirstChild(place, value, path);
    }

    /** The configuration file as a whole, for what is missing in it. */
    Place whole(String path) {
        return new Place(mainFile, 0, path);
    }

    /** The place of an origin, or the file as a whole when the origin names neither file nor option. */
    Place at(ConfigOrigin origin, String path) {
        var place = origin == null ? null : of(origin, path);
        return place == null || place.line() < 0 ? whole(path) : place;
    }

    /** The order of the lines in the configuration file, then included files by name, then the command line. */
    Comparator<Place> order() {
        return Comparator.<Place>comparingInt(
                        place -> place.file() == null || place.file().startsWith("--")
                                ? 2
                                : place.file().equals(mainFile) ? 0 : 1)
                .thenComparing(place -> place.file() == null ? "" : place.file())
                .thenComparingInt(Place::line);
    }

    private String shown(Path file) {
        if (file.startsWith(workingDirectory)) {
            return workingDirectory.relativize(file).toString();
        }
        var main = absolute(named);
        return file.startsWith(main.getParent())
                ? named.resolveSibling(main.getParent().relativize(file)).toString()
                : file.toString();
    }

    Path absolute(Path file) {
        return workingDirectory.resolve(file).normalize();
    }

    /** A section that several files write has no line of its own; its first value stands for it. */
    private Place orFirstChild(Place place, ConfigValue value, String path) {
        if (place.line() >= 0) {
            return place;
        }
        if (value instanceof ConfigObject object) {
            return object.values().stream()
                    .map(child -> of(child, path))
                    .filter(child -> child.line() > 0)
                    .min(order())
                    .orElse(whole(path));
        }
        return whole(path);
    }

    /** Null for a value of the defaults; a line of -1 for a section merged from several places. */
    private Place of(ConfigOrigin origin, String path) {
        if (origin.description().startsWith("merge of ")) {
            return new Place(mainFile, -1, path);
        }
        if (origin.description().startsWith(SET)) {
            return new Place(origin.description().replaceFirst(": [0-9-]+$", ""), 0, path);
        }
        return origin.filename() == null
                ? null
                : new Place(shown(absolute(Path.of(origin.filename()))), origin.lineNumber(), path);
    }
}
