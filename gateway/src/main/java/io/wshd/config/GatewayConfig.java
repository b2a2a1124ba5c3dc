package io.wshd.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A whole configuration, checked: every file that it names exists and every value is within its bounds.
 *
 * @param root the directory that relative paths in the configuration start from
 * @param interpreters by their names, {@code main} included
 */
public record GatewayConfig(
        Path root,
        List<ListenerConfig> listeners,
        List<HostConfig> hosts,
        HttpConfig http,
        WebSocketConfig websocket,
        ScriptsConfig scripts,
        Map<String, InterpreterConfig> interpreters,
        ProxyConfig proxy) {}
