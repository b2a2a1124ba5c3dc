package io.wshd.script;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The scripts of one route. Safe for use by any thread. */
public interface Scripts {

    /**
     * The script that answers a path.
     *
     * @param path what follows the route's own path: empty, or with a slash in front
     */
    Optional<Script> find(String path);

    /** Looks for files that came, went or changed since the last look. Called by one thread; does file I/O. */
    void scan(Changes changes);

    /** The directories in which files may come, go or change, as of the last look. */
    Set<Path> directories();
}
