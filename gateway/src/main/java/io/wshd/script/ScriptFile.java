package io.wshd.script;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** A route's only script, at the path of the route itself. */
final class ScriptFile implements Scripts {

    private final Path file;
    private final Script script;
    private Signature seen;

    ScriptFile(Path file, Script script) {
        this.file = file;
        this.script = script;
    }

    @Override
    public Optional<Script> find(String path) {
        return path.isEmpty() || path.equals("/") ? Optional.of(script) : Optional.empty();
    }

    @Override
    public void scan(Changes changes) {
        Signature now = Signature.of(file);
        if (now != null && !now.equals(seen)) {
            changes.changed(script);
        } else if (now != null && now.isFresh()) {
            changes.suspect(script);
        } else if (now == null && seen != null && Files.notExists(file)) {
            changes.removed(script);
        }
        seen = now;
    }

    @Override
    public Set<Path> directories() {
        return Set.of(file.getParent());
    }
}
