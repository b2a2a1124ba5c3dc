package io.wshd.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A whole configuration, checked: every file that it names exists and every value is within its bounds.
 *
 * @param root the directory that relative paths in the configuration start from
 * @param trustedProxies whose word about their clients is believed
 * @param drainTimeout after a reload, for what runs on routes and upstreams that are gone or changed
 * @param interpreters by their names, {@code main} included
 */
public record GatewayConfig(
        Path root,
        List<AddressRange> trustedProxies,
        Duration drainTimeout,
        List<ListenerConfig> listeners,
        List<HostConfig> hosts,
        HttpConfig http,
        WebSocketConfig websocket,
        ScriptsConfig scripts,
        Map<String, InterpreterConfig> interpreters) {}
