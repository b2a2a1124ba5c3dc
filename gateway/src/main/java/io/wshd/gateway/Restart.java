package io.wshd.gateway;

import io.wshd.config.GatewayConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Settings that a running gateway cannot change. */
final class Restart {

    private record Setting(String name, Function<GatewayConfig, Object> value) {}

    private static final List<Setting> SETTINGS = List.of(
            new Setting("http.buffer-pool", config -> config.http().bufferPool()),
            new Setting("scripts.poll", config -> config.scripts().poll()),
            new Setting("scripts.settle", config -> config.scripts().settle()),
            new Setting("scripts.drain-timeout", config -> config.scripts().drainTimeout()),
            new Setting("scripts.send-backlog", config -> config.scripts().sendBacklog()),
            new Setting("scripts.fetches", config -> config.scripts().fetches()),
            new Setting("scripts.heap-guard", config -> config.scripts().heapGuard()),
            new Setting("scripts.computing-share", config -> config.scripts().computingShare()),
            new Setting("scripts.collector-share", config -> config.scripts().collectorShare()),
            new Setting("scripts.thread-share", config -> config.scripts().threadShare()));

    private Restart() {}

    /** Those in which two configurations differ. */
    static List<String> needed(GatewayConfig running, GatewayConfig next) {
        List<String> names = new ArrayList<>();
        if (!running.root().equals(next.root())) {
            // Paths are absolute by now; only the names of scripts in messages are relative to it.
            names.add("root (in messages)");
        }
        SETTINGS.stream()
                .filter(setting ->
                        !setting.value().apply(running).equals(setting.value().apply(next)))
                .map(Setting::name)
                .forEach(names::add);
        running.interpreters().forEach((name, settings) -> {
            var wanted = next.interpreters().get(name);
            if (wanted != null && !settings.equals(wanted)) {
                names.add("interpreters." + name);
            }
        });
        return names;
    }
}
