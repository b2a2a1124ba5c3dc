package io.wshd.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A named interpreter: a world whose scripts share what they import, apart from the worlds of other names.
 *
 * @param language the only one whose scripts it runs; without, it runs those of each, in a world for each
 * @param instances worlds of the same kind; a connection goes to the one with the fewest, and module globals are per
 *     instance
 * @param carriers threads that run the handlers of one instance
 * @param spareCarriers more of them that may make up for blocked ones
 * @param priority of these threads
 * @param path more directories that Python imports from
 * @param venv a virtual environment of Python whose packages can be imported
 * @param environment variables that scripts see, besides those of the gateway where these are permitted
 * @param arguments that scripts can read
 */
public record InterpreterConfig(
        String name,
        Optional<Language> language,
        int instances,
        int carriers,
        int spareCarriers,
        Priority priority,
        Permissions permissions,
        Limits limits,
        List<Path> path,
        Optional<Path> venv,
        Map<String, String> environment,
        List<String> arguments) {

    /** The interpreter of routes that name none. */
    public static final String MAIN = "main";

    /** A language that handlers may be written in. */
    public enum Language {
        PYTHON,
        JAVASCRIPT
    }

    /** What the operating system is to think of a thread, beside those that serve clients. */
    public enum Priority {
        NORMAL,
        LOW,
        LOWEST
    }

    /**
     * Bounds on what scripts use. Zero is none, where that is said.
     *
     * @param slowWarning how long a script may compute without waiting before the log names it; zero: never
     * @param callDeadline how long it may before its call is ended; zero: for ever
     * @param loadDeadline for a version to load
     * @param connections open at the same time, all instances together
     * @param threads that scripts have started, of each instance at the same time
     */
    public record Limits(
            Duration slowWarning, Duration callDeadline, Duration loadDeadline, int connections, int threads) {}

    /**
     * What scripts may do. None may use Java classes, other languages or native code.
     *
     * @param files which they may read and write
     * @param network whether they may open and accept connections
     * @param processes whether they may start programs
     * @param environment whether they see the gateway's environment variables
     */
    public record Permissions(Files files, boolean network, boolean processes, boolean environment) {

        /** Files that scripts may use. */
        public enum Files {
            /** Those below the directories of handlers and of {@code path}, for reading. */
            HANDLERS,
            /** These, and a scratch directory for reading and writing. */
            SCRATCH,
            /** All that the gateway's user may. */
            ALL
        }

        /** Nothing but what a handler needs to talk to its clients. */
        public static final Permissions SANDBOXED = new Permissions(Files.HANDLERS, false, false, false);

        /** What a handler of one's own usually does. */
        public static final Permissions STANDARD = new Permissions(Files.SCRATCH, true, false, false);

        /** What the gateway may do itself. */
        public static final Permissions TRUSTED = new Permissions(Files.ALL, true, true, true);
    }
}
