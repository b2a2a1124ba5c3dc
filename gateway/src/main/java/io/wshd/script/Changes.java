package io.wshd.script;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What one look at the files has found. For one thread. */
final class Changes {

    private final Set<Script> changed = new LinkedHashSet<>();
    private final Set<Script> removed = new LinkedHashSet<>();

    /** What each looked like then; empty if it was gone. */
    private final Map<Path, Optional<Signature>> imports = new HashMap<>();

    private final Set<Script> suspects = new LinkedHashSet<>();

    /** A script came, or its file may have another content. */
    void changed(Script script) {
        removed.remove(script);
        changed.add(script);
    }

    /** A script's file was written so lately that it may have been written again. */
    void suspect(Script script) {
        suspects.add(script);
    }

    /** A script's file is gone. */
    void removed(Script script) {
        changed.remove(script);
        removed.add(script);
    }

    /** Files that scripts import came, went, or have another content. */
    void imports(Set<Path> files) {
        files.forEach(file -> imports.put(file, Optional.ofNullable(Signature.of(file))));
    }

    /** Those whose content is worth a look. */
    Set<Script> changed() {
        var all = new LinkedHashSet<>(changed);
        all.addAll(suspects);
        all.removeAll(removed);
        return all;
    }

    Set<Script> removed() {
        return removed;
    }

    Set<Path> imports() {
        return imports.keySet();
    }

    /** Whether nothing can be told to have changed; there may be suspects. */
    boolean isCalm() {
        return changed.isEmpty() && removed.isEmpty() && imports.isEmpty();
    }

    /** Whether a later look has found no more. Files that scripts import count as changed until those are loaded anew. */
    boolean isSettledBy(Changes later) {
        return later.changed.isEmpty()
                && later.removed.isEmpty()
                && imports.entrySet().containsAll(later.imports.entrySet());
    }

    boolean isEmpty() {
        return isCalm() && suspects.isEmpty();
    }

    /** Adds what another look has found after this one. */
    void add(Changes later) {
        later.removed.forEach(this::removed);
        later.changed.forEach(this::changed);
        imports.putAll(later.imports);
        suspects.addAll(later.suspects);
    }
}
