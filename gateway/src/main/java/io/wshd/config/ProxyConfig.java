package io.wshd.config;

import java.time.Duration;

/**
 * Bounds on proxied requests.
 *
 * @param connectTimeout for a connection to the upstream
 * @param requestTimeout for the whole exchange; WebSockets and other upgraded connections are exempt
 * @param connections to one upstream at a time
 */
public record ProxyConfig(Duration connectTimeout, Duration requestTimeout, int connections) {}
