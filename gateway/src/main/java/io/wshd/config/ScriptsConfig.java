package io.wshd.config;

import java.time.Duration;

/**
 * How handler scripts are run and watched.
 *
 * @param poll time between two looks at the script files
 * @param settle how long nothing must have changed before what has changed is loaded, together
 * @param drainTimeout for connections on an older version to end by themselves; zero: for ever
 * @param readyTimeout how long a connection waits for its interpreter to start, before it is refused with 503
 * @param carriers threads that run the handlers of one interpreter; one is fastest, since one at a time holds the
 *     interpreter's lock
 * @param spareCarriers more of them that may make up for those that are blocked, by a slow disk or name server
 * @param priority of all of these threads
 * @param sendBacklog bytes of messages that may wait for one slow client without the script waiting for it
 * @param fetches requests that the scripts of one interpreter may have under way
 * @param heapGuard percent of the heap that may be in use when all garbage is gone, before the interpreter that has allocated
 *     most is replaced; zero: never
 * @param computingShare percent of the time for which a handler that computes for long still does so when the machine has
 *     no more to give; 100: all of it
 * @param collectorShare percent of the time for which the collector may stop the gateway because of what the scripts of
 *     one interpreter allocate, before those that compute for long pause; 100: all of it
 * @param threadShare percent of a processor that scripts of one instance may take by starting threads again and again; 100:
 *     whatever there is
 * @param limits of interpreters that have none of their own
 */
public record ScriptsConfig(
        Duration poll,
        Duration settle,
        Duration drainTimeout,
        Duration readyTimeout,
        int carriers,
        int spareCarriers,
        InterpreterConfig.Priority priority,
        long sendBacklog,
        int fetches,
        int heapGuard,
        int computingShare,
        int collectorShare,
        int threadShare,
        InterpreterConfig.Limits limits) {}
