package io.wshd.script;

import java.util.Optional;

/** The scripts of one route. Safe for use by any thread. */
public interface Scripts {

    /**
     * The script that answers a path.
     *
     * @param path what follows the route's own path: empty, or with a slash in front
     */
    Optional<Script> find(String path);

    /** Looks for files that came, went or changed, and has those loaded. Called by one thread; does file I/O. */
    void scan();
}
