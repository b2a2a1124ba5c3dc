package io.wshd.cli;

import picocli.CommandLine.Option;

/** How much is logged. */
final class LogOptions {

    /** The names of the log's levels. */
    enum Level {
        error,
        warn,
        info,
        debug,
        trace
    }

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "error, warn, info, debug or trace. Default: info.")
    void level(Level level) {
        System.setProperty(LogSetup.LEVEL, level.name());
        LogSetup.apply();
    }
}
