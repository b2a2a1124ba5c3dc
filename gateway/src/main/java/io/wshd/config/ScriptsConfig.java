package io.wshd.config;

import java.time.Duration;

/**
 * How handler scripts are run and watched.
 *
 * @param poll time between two looks at the script files
 * @param readyTimeout how long a connection waits for its interpreter to start, before it is refused with 503
 * @param carriers threads that run the handlers of one interpreter; one is fastest, since one at a time holds the
 *     interpreter's lock
 * @param sendBacklog bytes of messages that may wait for one slow client without the script waiting for it
 * @param fetches requests that the scripts of one interpreter may have under way
 */
public record ScriptsConfig(Duration poll, Duration readyTimeout, int carriers, long sendBacklog, int fetches) {}
