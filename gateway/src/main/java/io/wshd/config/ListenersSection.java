package io.wshd.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/** {@code listeners { http { bind = "127.0.0.1:8080" } }} */
final class ListenersSection {

    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::");

    private ListenersSection() {}

    /**
     * @param port replaces the port of the first listener
     * @return in file order
     */
    static List<ListenerConfig> read(Section section, OptionalInt port) {
        var listeners = new ArrayList<ListenerConfig>();
        var entries = section.entries("{ bind = \"127.0.0.1:8080\" }");
        for (var entry : entries) {
            var first = listeners.isEmpty() ? port : OptionalInt.empty();
            var listener = read(entry.key(), entry.section(), first);
            if (listener != null) {
                claim(listener, listeners, entry.section());
                listeners.add(listener);
            }
        }
        if (entries.isEmpty()) {
            section.mistake("no listener; expected at least one, such as http { bind = \"127.0.0.1:8080\" }.");
        }
        return listeners;
    }

    private static ListenerConfig read(String name, Section section, OptionalInt port) {
        section.later("tls");
        if (!section.has("bind") && !section.hasMore()) {
            section.mistake("no address; expected bind = \"127.0.0.1:8080\".");
        }
        var bind = section.text("bind");
        section.end();
        if (bind.isEmpty()) {
            return null;
        }
        try {
            var address = HostPort.parse(bind.get());
            var place = section.place("bind");
            return port.isEmpty()
                    ? new ListenerConfig(name, address.host(), address.port(), place)
                    : new ListenerConfig(
                            name,
                            address.host(),
                            port.getAsInt(),
                            new Place("--port " + port.getAsInt(), 0, place.path()));
        } catch (IllegalArgumentException e) {
            section.mistake("bind", Mistakes.quote(bind.get()) + " is no host:port" + e.getMessage());
            return null;
        }
    }

    /** An address for every interface takes the port from all others. */
    private static void claim(ListenerConfig listener, List<ListenerConfig> others, Section section) {
        others.stream()
                .filter(other -> other.port() == listener.port() && listener.port() != 0)
                .filter(other -> plain(other).equals(plain(listener))
                        || WILDCARDS.contains(other.host())
                        || WILDCARDS.contains(listener.host()))
                .findFirst()
                .ifPresent(other -> section.mistake(
                        "bind",
                        "\"" + HostPort.shown(listener.host(), listener.port()) + "\" is taken by " + other.place()
                                + " already. Choose another port."));
    }

    private static String plain(ListenerConfig listener) {
        var host = listener.host().toLowerCase(Locale.ROOT);
        return host.equals("localhost") ? "127.0.0.1" : host;
    }
}
