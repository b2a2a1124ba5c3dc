package io.wshd.script;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scripts below a directory: {@code dir/a/b_wsh.py} answers at {@code /a/b}. */
final class ScriptDirectory implements Scripts {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    /** Deeper directories are not looked at; it also ends a loop of links. */
    private static final int DEPTH = 16;

    /** More files than this below one directory are a mistake: a route that names {@code /}, say. */
    private static final int FILES = 10_000;

    /** Directories of which changes are told at once; in others they are noticed by looking. */
    private static final int DIRECTORIES = 1000;

    private final Path directory;
    private final Path scanned;
    private final boolean links;
    private final Map<String, String> aliases;
    private final BiFunction<Path, Language, Optional<Script>> scripts;
    private final Map<String, Script> byPath = new ConcurrentHashMap<>();
    private final Map<String, Entry> entries = new HashMap<>();
    private final Set<Path> complained = new HashSet<>();

    /** Of the last look. */
    private Set<Path> directories = Set.of();

    private record Entry(Path file, Signature signature) {}

    /**
     * @param directory its real path
     * @param scanned the part of it that is looked at, a real path
     * @param links whether scripts may be links to files outside the directory
     * @param aliases other paths of scripts
     * @param scripts makes the script of a file, or returns the one that another route has made; empty if the route's
     *     interpreter is not for that language
     */
    ScriptDirectory(
            Path directory,
            Path scanned,
            boolean links,
            Map<String, String> aliases,
            BiFunction<Path, Language, Optional<Script>> scripts) {
        this.directory = directory;
        this.scanned = scanned;
        this.links = links;
        this.aliases = aliases;
        this.scripts = scripts;
    }

    @Override
    public Optional<Script> find(String path) {
        return Optional.ofNullable(byPath.get(aliases.getOrDefault(path, path)));
    }

    @Override
    public Set<Path> directories() {
        return directories;
    }

    @Override
    public void scan(Changes changes) {
        Map<String, Path> found = new TreeMap<>();
        for (Path file : files()) {
            Language language = Language.of(file.getFileName().toString()).orElseThrow();
            Path other = found.putIfAbsent(url(file, language), file);
            if (other != null) {
                complain(file, "not served: " + other.getFileName() + " has the same path");
            }
        }
        for (String url : List.copyOf(entries.keySet())) {
            if (!entries.get(url).file().equals(found.get(url))) {
                entries.remove(url);
                changes.removed(byPath.remove(url));
            }
        }
        found.forEach((url, file) -> look(url, file, changes));
        aliases.forEach((alias, path) -> {
            if (!byPath.containsKey(path)) {
                complain(Path.of(alias), "is no alias: there is no handler for " + path);
            }
        });
    }

    private void look(String url, Path file, Changes changes) {
        Signature now = Signature.of(file);
        Entry before = entries.get(url);
        if (now == null) {
            return;
        }
        if (before != null && now.equals(before.signature())) {
            if (now.isFresh()) {
                changes.suspect(byPath.get(url));
            }
            return;
        }
        Script script = byPath.get(url);
        if (script == null) {
            Optional<Path> real = inside(file);
            if (real.isEmpty()) {
                return;
            }
            Language language = Language.of(file.getFileName().toString()).orElseThrow();
            Optional<Script> served = scripts.apply(real.get(), language);
            if (served.isEmpty()) {
                complain(file, "not served: the interpreter of its route is for another language");
                return;
            }
            script = served.get();
            byPath.put(url, script);
        }
        entries.put(url, new Entry(file, now));
        changes.changed(script);
    }

    private Optional<Path> inside(Path file) {
        try {
            Path real = file.toRealPath();
            if (links || real.startsWith(directory)) {
                return Optional.of(real);
            }
            complain(file, "not served: it is a link to " + real + ", outside the handler directory");
        } catch (IOException e) {
            complain(file, "not served: " + e);
        }
        return Optional.empty();
    }

    private List<Path> files() {
        Set<Path> seen = new HashSet<>();
        try (Stream<Path> files = Files.find(
                scanned,
                DEPTH,
                (file, attributes) -> {
                    if (attributes.isDirectory() && !hidden(file) && seen.size() < DIRECTORIES) {
                        seen.add(file);
                    }
                    return attributes.isRegularFile()
                            && Language.of(file.getFileName().toString()).isPresent()
                            && !hidden(file);
                },
                FileVisitOption.FOLLOW_LINKS)) {
            List<Path> found = files.limit(FILES).sorted().toList();
            directories = seen;
            return found;
        } catch (IOException | java.io.UncheckedIOException e) {
            complain(directory, "cannot be read: " + e);
            return entries.values().stream().map(Entry::file).toList();
        }
    }

    private boolean hidden(Path file) {
        for (Path segment : directory.relativize(file)) {
            if (segment.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private String url(Path file, Language language) {
        Path parent = directory.relativize(file).getParent();
        StringBuilder url = new StringBuilder();
        if (parent != null) {
            parent.forEach(segment -> url.append('/').append(segment));
        }
        return url.append('/')
                .append(language.stem(file.getFileName().toString()))
                .toString();
    }

    /** Once for each file, not at every look. */
    private void complain(Path file, String what) {
        if (complained.add(file)) {
            LOG.warn("{}: {}", file, what);
        }
    }
}
