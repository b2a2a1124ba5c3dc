package io.wshd.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code "/" { files = "www", handlers = "handlers" }} */
final class RouteSection {

    private static final List<String> CONTENTS = List.of("files", "proxy", "redirect");
    private static final List<String> SCRIPTS = List.of("handler", "handlers");
    private static final Pattern SCRIPT = Pattern.compile(".+_wsh\\.(py|js|mjs)");
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    private static final String PYWEBSOCKET = "pywebsocket";

    /** What nginx, httpd and Caddy answer when no status is given: not cached, so a mistake is soon undone. */
    private static final int STATUS = 302;

    private final NamedFiles files;
    private final Map<String, InterpreterConfig> interpreters;
    private final ProxyRoute proxies;

    RouteSection(NamedFiles files, Map<String, InterpreterConfig> interpreters, ProxyRoute proxies) {
        this.files = files;
        this.interpreters = interpreters;
        this.proxies = proxies;
    }

    /** The route, or empty when it has no usable target. */
    Optional<RouteConfig> read(String path, Section section) {
        section.later("respond", "cgi");
        var contents = CONTENTS.stream().filter(section::has).toList();
        var scripts = SCRIPTS.stream().filter(section::has).toList();
        section.has("interpreter");
        section.has("origins");
        section.has("compatibility");
        section.has("status");
        ProxyRoute.KEYS.forEach(section::has);
        targets(section, contents, scripts);

        var content =
                contents.stream().flatMap(key -> content(section, key).stream()).toList();
        var script =
                scripts.stream().flatMap(key -> script(section, key).stream()).toList();
        var interpreter = interpreter(section, script.stream().findFirst(), !scripts.isEmpty());
        var origins = origins(section, !scripts.isEmpty());
        var compatibility = compatibility(section, !scripts.isEmpty());
        if (section.has("status") && !contents.contains("redirect")) {
            section.mistake("status", "has no effect without redirect. Remove it.");
        }
        if (!contents.contains("proxy")) {
            ProxyRoute.KEYS.stream()
                    .filter(section::has)
                    .forEach(key -> section.mistake(key, "has no effect without proxy. Remove it."));
        }
        section.end();
        return content.isEmpty() && script.isEmpty()
                ? Optional.empty()
                : Optional.of(new RouteConfig(
                        path,
                        content.stream().findFirst(),
                        script.stream().findFirst(),
                        interpreter,
                        origins,
                        compatibility,
                        section.place()));
    }

    private static void targets(Section section, List<String> contents, List<String> scripts) {
        if (contents.isEmpty() && scripts.isEmpty()) {
            if (!section.has("respond") && !section.has("cgi") && !section.hasMore()) {
                section.mistake("no target; expected one of files, proxy, redirect, handler, handlers.");
            }
            return;
        }
        String one = null;
        String other = null;
        if (contents.size() > 1) {
            one = contents.get(0);
            other = contents.get(1);
        } else if (scripts.size() > 1) {
            one = scripts.get(0);
            other = scripts.get(1);
        } else if (!contents.isEmpty() && !scripts.isEmpty()) {
            one = contents.getFirst();
            other = scripts.getFirst();
            if (other.equals("handlers") && !one.equals("redirect")) {
                return;
            }
        }
        if (one != null) {
            section.mistake(
                    other,
                    one + " and " + other + " exclude each other; a route has one target, except that"
                            + " handlers may stand beside files or proxy. Remove one, or give it a path of its own.");
        }
    }

    private Optional<RouteConfig.Content> content(Section section, String key) {
        return switch (key) {
            case "files" -> files.directory(section, key).map(RouteConfig.Files::new);
            case "proxy" -> proxies.read(section);
            default -> section.text(key).flatMap(location -> redirect(section, location));
        };
    }

    private Optional<RouteConfig.Scripts> script(Section section, String key) {
        return key.equals("handlers")
                ? files.directory(section, key).map(RouteConfig.Handlers::new)
                : files.file(section, key).filter(file -> named(section, file)).map(RouteConfig.Handler::new);
    }

    private static boolean named(Section section, Path file) {
        boolean good = SCRIPT.matcher(file.getFileName().toString()).matches();
        if (!good) {
            section.mistake(
                    "handler",
                    Mistakes.quote(section.text("handler").orElse(""))
                            + " is no handler script; expected a name that ends in _wsh.py, _wsh.js or _wsh.mjs.");
        }
        return good;
    }

    private static Optional<RouteConfig.Content> redirect(Section section, String location) {
        int status = STATUS;
        if (section.has("status")) {
            status = section.count("status", 0, 999);
            if (!STATUSES.contains(status)) {
                section.mistake("status", status + " is no redirect; expected 301 or 308 (for good), 302, 303 or 307.");
            }
        }
        try {
            return Optional.of(new RouteConfig.Redirect(Urls.location(location), status));
        } catch (IllegalArgumentException e) {
            section.mistake("redirect", Mistakes.quote(location) + e.getMessage());
            return Optional.empty();
        }
    }

    private String interpreter(Section section, Optional<RouteConfig.Scripts> script, boolean scripts) {
        var name = section.text("interpreter");
        if (name.isPresent() && !scripts) {
            section.mistake("interpreter", "has no effect without handler or handlers. Remove it.");
        } else if (name.isPresent() && !interpreters.containsKey(name.get())) {
            var guess = Spelling.didYouMean(name.get(), interpreters.keySet());
            section.mistake(
                    "interpreter",
                    Mistakes.quote(name.get()) + " is no interpreter."
                            + (guess.isEmpty()
                                    ? " Declare it beside hosts: interpreters { " + name.get() + " {} }."
                                    : guess));
        }
        String used = name.orElse(InterpreterConfig.MAIN);
        if (script.isPresent() && script.get() instanceof RouteConfig.Handler(Path file)) {
            language(section, file, used);
        }
        return used;
    }

    private void language(Section section, Path script, String interpreter) {
        var only = Optional.ofNullable(interpreters.get(interpreter)).flatMap(InterpreterConfig::language);
        var written = script.toString().endsWith(".py")
                ? InterpreterConfig.Language.PYTHON
                : InterpreterConfig.Language.JAVASCRIPT;
        if (only.isPresent() && only.get() != written) {
            section.mistake(
                    "handler",
                    "the interpreter " + Mistakes.quote(interpreter) + " runs "
                            + only.get().name().toLowerCase(Locale.ROOT)
                            + " only. Name another, or one without language.");
        }
    }

    private static List<String> origins(Section section, boolean scripts) {
        if (section.has("origins") && !scripts) {
            section.mistake("origins", "has no effect without handler or handlers. Remove it.");
        }
        return section.texts("origins", "[\"https://example.org\"]").stream()
                .flatMap(origin -> {
                    try {
                        return Optional.of(Urls.origin(origin)).stream();
                    } catch (IllegalArgumentException e) {
                        section.mistake("origins", Mistakes.quote(origin) + e.getMessage());
                        return Optional.<String>empty().stream();
                    }
                })
                .toList();
    }

    private static Compatibility compatibility(Section section, boolean scripts) {
        var name = section.text("compatibility");
        if (name.isEmpty()) {
            return Compatibility.NONE;
        }
        if (!scripts) {
            section.mistake("compatibility", "has no effect without handler or handlers. Remove it.");
        } else if (!name.get().equals(PYWEBSOCKET)) {
            section.mistake("compatibility", Mistakes.quote(name.get()) + " is unknown; expected pywebsocket.");
        } else if (section.has("origins")) {
            section.mistake(
                    "origins",
                    "has no effect with compatibility = pywebsocket, which accepts every Origin. Remove one.");
        }
        return Compatibility.PYWEBSOCKET;
    }
}
