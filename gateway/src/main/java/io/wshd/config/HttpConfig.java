package io.wshd.config;

import java.time.Duration;

/**
 * Bounds on HTTP requests.
 *
 * @param headerTimeout for all of a request's head to arrive
 * @param idleTimeout between two requests of a connection
 * @param maxBody bytes of a request's body; past it the answer is 413
 * @param maxHeader bytes of a request's head; past it the answer is 431 or 400
 * @param maxHeaders lines in a request's head; past it the answer is 400
 * @param bufferPool idle I/O buffers to keep, of 16 KiB each
 */
public record HttpConfig(
        Duration headerTimeout, Duration idleTimeout, long maxBody, int maxHeader, int maxHeaders, int bufferPool) {}
