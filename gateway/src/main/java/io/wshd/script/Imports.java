package io.wshd.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The files that one version of a script was made from, besides the script itself, as they were then. Thread-safe. */
public final class Imports {

    private final Map<Path, State> files = new ConcurrentHashMap<>();

    /**
     * @param signature null when there was no file
     * @param hash of the content
     */
    private record State(Signature signature, String hash) {

        /** Of the moment, or of one a little earlier: what is written meanwhile then counts as a change. */
        static State of(Path file) {
            Signature signature = Signature.of(file);
            try {
                return new State(signature, signature == null ? "" : ScriptSource.hash(Files.readAllBytes(file)));
            } catch (IOException e) {
                return new State(null, "");
            }
        }
    }

    /** Notes a file that is about to be read, or would be if it were there. */
    public void add(Path file) {
        files.computeIfAbsent(file, State::of);
    }

    /** The files, by their real paths. */
    public Set<Path> files() {
        return Set.copyOf(files.keySet());
    }

    /** Whether one of these files is among them. */
    boolean containsAny(Set<Path> others) {
        return others.stream().anyMatch(files::containsKey);
    }

    /** Those whose content is not what it was. Does file I/O. */
    Set<Path> changed() {
        Set<Path> changed = new HashSet<>();
        files.forEach((file, before) -> {
            Signature now = Signature.of(file);
            boolean alike = now == null ? before.signature() == null : now.equals(before.signature());
            if (!alike || now != null && now.isFresh()) {
                State state = State.of(file);
                if (state.hash().equals(before.hash())) {
                    files.replace(file, before, state);
                } else {
                    changed.add(file);
                }
            }
        });
        return changed;
    }

    /** All of this and of another, as they are now. */
    Imports and(Imports other) {
        var all = new Imports();
        files.keySet().forEach(all::add);
        all.files.putAll(other.files);
        return all;
    }
}
