package io.wshd.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code interpreters { chat { language = python } }}: the interpreters that routes may name, and {@code main}. */
final class InterpretersSection {

    private static final List<String> PROFILES = List.of("sandboxed", "standard", "trusted");

    private final NamedFiles files;
    private final ScriptsConfig defaults;

    InterpretersSection(NamedFiles files, ScriptsConfig defaults) {
        this.files = files;
        this.defaults = defaults;
    }

    /** By their names, {@code main} first. */
    Map<String, InterpreterConfig> read(Section section) {
        var interpreters = new LinkedHashMap<String, InterpreterConfig>();
        interpreters.put(InterpreterConfig.MAIN, main(defaults));
        for (var entry : section.entries("{}")) {
            if (!entry.key().matches("[A-Za-z0-9_-]{1,64}")) {
                entry.section()
                        .mistake(Mistakes.quote(entry.key())
                                + " is no name; expected at most 64 of letters, digits, \"-\" and \"_\".");
            }
            interpreters.put(entry.key(), interpreter(entry.key(), entry.section()));
        }
        return interpreters;
    }

    /** The interpreter of routes that name none, where the file says nothing of it. */
    static InterpreterConfig main(ScriptsConfig defaults) {
        return new InterpreterConfig(
                InterpreterConfig.MAIN,
                Optional.empty(),
                1,
                defaults.carriers(),
                defaults.spareCarriers(),
                defaults.priority(),
                InterpreterConfig.Permissions.STANDARD,
                defaults.limits(),
                List.of(),
                Optional.empty(),
                Map.of(),
                List.of());
    }

    private InterpreterConfig interpreter(String name, Section section) {
        var interpreter = new InterpreterConfig(
                name,
                language(section),
                section.has("instances") ? section.count("instances", 1, 64) : 1,
                section.has("carriers") ? section.count("carriers", 1, 256) : defaults.carriers(),
                section.has("spare-carriers") ? section.count("spare-carriers", 0, 256) : defaults.spareCarriers(),
                section.has("priority") ? priority(section) : defaults.priority(),
                permissions(section),
                limits(section, defaults.limits()),
                path(section),
                files.directory(section, "venv").filter(venv -> isVenv(section, venv)),
                section.section("environment")
                        .map(InterpretersSection::environment)
                        .orElse(Map.of()),
                section.texts("arguments", "[\"--verbose\"]"));
        section.end();
        return interpreter;
    }

    private static Optional<InterpreterConfig.Language> language(Section section) {
        return section.text("language").flatMap(name -> switch (name) {
            case "python" -> Optional.of(InterpreterConfig.Language.PYTHON);
            case "javascript" -> Optional.of(InterpreterConfig.Language.JAVASCRIPT);
            default -> {
                section.mistake("language", Mistakes.quote(name) + " is no language; expected python or javascript.");
                yield Optional.empty();
            }
        });
    }

    static InterpreterConfig.Priority priority(Section section) {
        return switch (section.text("priority").orElse("low")) {
            case "normal" -> InterpreterConfig.Priority.NORMAL;
            case "low" -> InterpreterConfig.Priority.LOW;
            case "lowest" -> InterpreterConfig.Priority.LOWEST;
            case String other -> {
                section.mistake("priority", Mistakes.quote(other) + " is none of normal, low and lowest.");
                yield InterpreterConfig.Priority.LOW;
            }
        };
    }

    /** The defaults with what a section says otherwise; the keys are the same in {@code scripts}, which has all. */
    static InterpreterConfig.Limits limits(Section section, InterpreterConfig.Limits defaults) {
        return new InterpreterConfig.Limits(
                neverOr(section, "slow-warning", defaults == null ? null : defaults.slowWarning()),
                neverOr(section, "call-deadline", defaults == null ? null : defaults.callDeadline()),
                defaults == null || section.has("load-deadline")
                        ? section.duration("load-deadline", ConfigReader.SHORTEST, ConfigReader.HOUR)
                        : defaults.loadDeadline(),
                defaults == null || section.has("max-connections")
                        ? section.count("max-connections", 1, 10_000_000)
                        : defaults.connections(),
                defaults == null || section.has("max-threads")
                        ? section.count("max-threads", 0, 100_000)
                        : defaults.threads());
    }

    private static Duration neverOr(Section section, String key, Duration otherwise) {
        return otherwise != null && !section.has(key)
                ? otherwise
                : ConfigReader.neverOr(section, key, ConfigReader.HOUR);
    }

    private static InterpreterConfig.Permissions permissions(Section section) {
        if (section.raw("permissions").isPresent()
                && section.raw("permissions").get() instanceof com.typesafe.config.ConfigObject) {
            return section.section("permissions")
                    .map(InterpretersSection::switches)
                    .orElse(InterpreterConfig.Permissions.STANDARD);
        }
        return profile(section, "permissions");
    }

    private static InterpreterConfig.Permissions profile(Section section, String key) {
        return switch (section.text(key).orElse("standard")) {
            case "sandboxed" -> InterpreterConfig.Permissions.SANDBOXED;
            case "standard" -> InterpreterConfig.Permissions.STANDARD;
            case "trusted" -> InterpreterConfig.Permissions.TRUSTED;
            case String other -> {
                var guess = Spelling.didYouMean(other, PROFILES);
                section.mistake(
                        key,
                        Mistakes.quote(other)
                                + " is no profile of permissions; expected sandboxed, standard or trusted." + guess);
                yield InterpreterConfig.Permissions.STANDARD;
            }
        };
    }

    private static InterpreterConfig.Permissions switches(Section section) {
        var profile = profile(section, "profile");
        var permissions = new InterpreterConfig.Permissions(
                files(section, profile.files()),
                section.has("network") ? section.flag("network") : profile.network(),
                section.has("processes") ? section.flag("processes") : profile.processes(),
                section.has("environment") ? section.flag("environment") : profile.environment());
        section.end();
        return permissions;
    }

    private static InterpreterConfig.Permissions.Files files(
            Section section, InterpreterConfig.Permissions.Files otherwise) {
        return switch (section.text("files").orElse("")) {
            case "" -> otherwise;
            case "handlers" -> InterpreterConfig.Permissions.Files.HANDLERS;
            case "scratch" -> InterpreterConfig.Permissions.Files.SCRATCH;
            case "all" -> InterpreterConfig.Permissions.Files.ALL;
            case String other -> {
                section.mistake("files", Mistakes.quote(other) + " is none of handlers, scratch and all.");
                yield otherwise;
            }
        };
    }

    private List<Path> path(Section section) {
        return files.directories(section, "path", "[\"lib\"]");
    }

    private static boolean isVenv(Section section, Path venv) {
        boolean good = java.nio.file.Files.isRegularFile(venv.resolve("pyvenv.cfg"));
        if (!good) {
            section.mistake(
                    "venv",
                    Mistakes.quote(section.text("venv").orElse(""))
                            + " is no virtual environment: it has no pyvenv.cfg. Make one with: python3 -m venv "
                            + section.text("venv").orElse(""));
        }
        return good;
    }

    private static Map<String, String> environment(Section section) {
        var variables = new LinkedHashMap<String, String>();
        for (var key : section.keys()) {
            section.text(key).ifPresent(value -> variables.put(key, value));
        }
        return variables;
    }
}
