package io.wshd.script;

import java.util.List;

/**
 * What is known of one named interpreter at one moment, in one language.
 *
 * @param connections of each of its instances
 * @param replaced instances that were given up since the start
 * @param refused connections that were refused because there were too many
 */
public record InterpreterStatus(
        String name, Language language, List<Integer> connections, long replaced, long refused) {}
