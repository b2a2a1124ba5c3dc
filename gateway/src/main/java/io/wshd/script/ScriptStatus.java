package io.wshd.script;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one script at one moment.
 *
 * @param name as people know it
 * @param serving the version that new connections get
 * @param draining older versions that still have connections
 * @param failure of the last attempt to load it, unless that succeeded
 */
public record ScriptStatus(
        String name,
        String interpreter,
        Language language,
        Optional<Version> serving,
        List<Version> draining,
        Optional<Failure> failure) {

    /**
     * One version.
     *
     * @param hash of the script's text, in hexadecimal
     * @param since when it was taken into use
     * @param loaded how long its loading took
     */
    public record Version(int number, String hash, LocalTime since, Duration loaded, int connections) {}

    /** Why a version was not taken, and when. */
    public record Failure(String message, Instant at) {}
}
