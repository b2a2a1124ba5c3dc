package io.wshd.gateway;

import io.wshd.config.GatewayConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Settings that a running gateway cannot change. */
final class Restart {

    private Restart() {}

    /** Those in which two configurations differ. */
    static List<String> needed(GatewayConfig running, GatewayConfig next) {
        List<String> names = new ArrayList<>();
        if (!running.root().equals(next.root())) {
            // Paths are absolute by now; only the names of scripts in messages are relative to it.
            names.add("root (in messages)");
        }
        changed(
                running,
                next,
                names,
                "http.buffer-pool",
                config -> config.http().bufferPool());
        changed(running, next, names, "scripts.poll", config -> config.scripts().poll());
        changed(
                running,
                next,
                names,
                "scripts.settle",
                config -> config.scripts().settle());
        changed(
                running,
                next,
                names,
                "scripts.drain-timeout",
                config -> config.scripts().drainTimeout());
        changed(
                running,
                next,
                names,
                "scripts.send-backlog",
                config -> config.scripts().sendBacklog());
        changed(
                running,
                next,
                names,
                "scripts.fetches",
                config -> config.scripts().fetches());
        changed(
                running,
                next,
                names,
                "scripts.heap-guard",
                config -> config.scripts().heapGuard());
        changed(
                running,
                next,
                names,
                "scripts.computing-share",
                config -> config.scripts().computingShare());
        changed(
                running,
                next,
                names,
                "scripts.collector-share",
                config -> config.scripts().collectorShare());
        running.interpreters().forEach((name, settings) -> {
            var wanted = next.interpreters().get(name);
            if (wanted != null && !settings.equals(wanted)) {
                names.add("interpreters." + name);
            }
        });
        return names;
    }

    private static void changed(
            GatewayConfig running,
            GatewayConfig next,
            List<String> names,
            String name,
            Function<GatewayConfig, Object> setting) {
        if (!setting.apply(running).equals(setting.apply(next))) {
            names.add(name);
        }
    }
}
