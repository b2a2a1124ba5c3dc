package io.wshd.gateway;

import io.wshd.config.GatewayConfig;
import java.util.ArrayList;
import java.util.List;

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
        if (running.http().bufferPool() != next.http().bufferPool()) {
            names.add("http.buffer-pool");
        }
        if (!running.scripts().poll().equals(next.scripts().poll())) {
            names.add("scripts.poll");
        }
        if (running.scripts().carriers() != next.scripts().carriers()) {
            names.add("scripts.carriers");
        }
        return names;
    }
}
