package io.wshd.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The files and directories that a configuration names: relative ones start at the root, and each must exist. */
final class NamedFiles {

    /** Names looked at in a directory for a better guess. */
    private static final int GUESSES = 1000;

    private final Path root;

    /** @param root absolute */
    NamedFiles(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    /** The directory that a key names, absolute; empty when there is none, after a mistake was noted. */
    Optional<Path> directory(Section section, String key) {
        return existing(section, key, true);
    }

    /** The file that a key names, absolute; empty when there is none, after a mistake was noted. */
    Optional<Path> file(Section section, String key) {
        return existing(section, key, false);
    }

    /** The directories that a key lists; otherwise as {@link #directory}. */
    List<Path> directories(Section section, String key, String example) {
        return section.texts(key, example).stream()
                .flatMap(name -> existing(section, key, name, true).stream())
                .toList();
    }

    private Optional<Path> existing(Section section, String key, boolean directory) {
        return section.text(key).flatMap(name -> existing(section, key, name, directory));
    }

    private Optional<Path> existing(Section section, String key, String name, boolean directory) {
        var what = directory ? " is no directory: " : " is no file: ";
        Path path;
        try {
            path = root.resolve(name).normalize();
        } catch (InvalidPathException e) {
            section.mistake(key, Mistakes.quote(name) + what + "it has a character that no file name has.");
            return Optional.empty();
        }
        var wrong = wrong(path, directory);
        if (wrong.isEmpty()) {
            return Optional.of(path);
        }
        section.mistake(key, Mistakes.quote(name) + what + path + wrong.get() + guess(path));
        return Optional.empty();
    }

    private static Optional<String> wrong(Path path, boolean directory) {
        if (!Files.exists(path)) {
            return Optional.of(" does not exist.");
        }
        if (directory != Files.isDirectory(path)) {
            return Optional.of(directory ? " is a file." : " is a directory.");
        }
        return Files.isReadable(path)
                ? Optional.empty()
                : Optional.of(" may not be read by the user that runs the gateway.");
    }

    private static String guess(Path path) {
        if (Files.exists(path) || path.getFileName() == null || !Files.isDirectory(path.getParent())) {
            return "";
        }
        try (var neighbours = Files.list(path.getParent())) {
            List<String> names = neighbours
                    .limit(GUESSES)
                    .map(neighbour -> neighbour.getFileName().toString())
                    .toList();
            return Spelling.didYouMean(path.getFileName().toString(), names);
        } catch (IOException e) {
            return "";
        }
    }
}
