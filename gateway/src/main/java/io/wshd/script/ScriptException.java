package io.wshd.script;

import java.nio.file.Path;
import java.util.Set;

/** A script that cannot serve. The message is for its author: file, line, what is wrong, what a correct one has. */
public final class ScriptException extends Exception {

    private final transient Set<Path> sources;

    public ScriptException(String message) {
        this(message, Set.of(), null);
    }

    public ScriptException(String message, Throwable cause) {
        this(message, Set.of(), cause);
    }

    /**
     * @param sources the files besides the script itself that it read, or missed
     */
    public ScriptException(String message, Set<Path> sources, Throwable cause) {
        super(message, cause);
        this.sources = Set.copyOf(sources);
    }

    /** The files besides the script itself whose change may mend it, by their real paths. */
    public Set<Path> sources() {
        return sources;
    }
}
