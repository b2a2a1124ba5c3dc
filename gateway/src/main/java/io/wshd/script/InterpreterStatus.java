package io.wshd.script;

import java.time.Duration;
import java.util.List;

/**
 * What is known of one named interpreter at one moment, in one language.
 *
 * @param connections of each of its instances
 * @param blocked handlers that keep their carriers and wait all the same, as for a slow disk
 * @param threads that scripts have started and that have not ended
 * @param paused for how long handlers that compute were kept from it, because the machine had no more to give or the
 *     collector has stopped everybody for too long
 * @param replaced instances that were given up since the start
 * @param refused connections that were refused because there were too many
 */
public record InterpreterStatus(
        String name,
        Language language,
        List<Integer> connections,
        int blocked,
        int threads,
        Duration paused,
        long replaced,
        long refused) {}
