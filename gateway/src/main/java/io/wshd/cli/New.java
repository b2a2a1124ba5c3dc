package io.wshd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wshd.config.ConfigException;
import io.wshd.config.GatewayConfig;
import io.wshd.config.HostConfig;
import io.wshd.config.RouteConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a handler script to start from, and a page that talks to it, where the configuration serves them. */
@Command(
        name = "new",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Writes a handler script to start from, and a page that talks to it. Overwrites nothing.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  wshd new py greet                            handlers/greet_wsh.py and www/greet.html",
            "  wshd new js game/lobby                       handlers/game/lobby_wsh.mjs and www/game/lobby.html",
            "",
            "Exit status: 0 when they are written, 2 when they cannot be."
        })
final class New implements Callable<Integer> {

    /** The languages, by their names on the command line. */
    private enum Language {
        PY("handler.py", "_wsh.py"),
        JS("handler.mjs", "_wsh.mjs");

        final String template;
        final String end;

        Language(String template, String end) {
            this.template = template;
            this.end = end;
        }
    }

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*");

    @Parameters(index = "0", paramLabel = "py|js", description = "The language of the handler.")
    private Language language;

    @Parameters(index = "1", paramLabel = "NAME", description = "Its name, which is its address: greet, game/lobby.")
    private String name;

    @Mixin
    private ConfOptions conf;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "\"" + name + "\" is no name; expected letters, digits, \"-\" and \"_\", with \"/\" between"
                            + " directories, such as greet or game/lobby.");
        }
        try {
            write(conf.read());
            return 0;
        } catch (ConfigException e) {
            return fail(e.report("nothing was written"));
        } catch (FileAlreadyExistsException e) {
            return fail(e.getFile() + " is there already; nothing was written. Choose another name, or remove it.");
        }
    }

    private void write(GatewayConfig config) throws IOException, ConfigException {
        var scripts = scripts(config);
        var prefix = scripts.route().path().equals("/") ? "" : scripts.route().path();
        var path = prefix + "/" + name;
        var files = new LinkedHashMap<Path, String>();
        files.put(scripts.directory().resolve(name + language.end), template(language.template, path));
        var page = page(scripts.host());
        page.ifPresent(pages -> files.put(pages.directory().resolve(name + ".html"), template("page.html", path)));
        for (var file : files.keySet()) {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(shown(file));
            }
        }
        for (var file : files.entrySet()) {
            Files.createDirectories(file.getKey().getParent());
            Files.writeString(file.getKey(), file.getValue(), StandardOpenOption.CREATE_NEW);
            print("wrote " + shown(file.getKey()));
        }
        var listener = config.listeners().getFirst();
        print("Start bin/wshd if it does not run; a running one serves them already. Then");
        page.ifPresent(pages -> {
            var base = pages.route().path().equals("/") ? "" : pages.route().path();
            print("  open http://" + reachable(listener.host()) + ":" + listener.port() + base + "/" + name + ".html");
        });
        print("  or bin/wshd try " + path + " hello");
    }

    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0", "::", "127.0.0.1", "::1" -> "localhost";
            default -> host;
        };
    }

    private record Place(HostConfig host, RouteConfig route, Path directory) {}

    private static Place scripts(GatewayConfig config) throws ConfigException {
        for (var host : config.hosts()) {
            for (var route : host.routes()) {
                if (route.scripts().orElse(null) instanceof RouteConfig.Handlers handlers) {
                    return new Place(host, route, handlers.directory());
                }
            }
        }
        throw new ConfigException(
                java.util.List.of(
                        "no route has a directory of handlers. Add one to a host: routes { \"/\" { handlers = \"handlers\" } }."));
    }

    private static Optional<Place> page(HostConfig host) {
        return host.routes().stream()
                .flatMap(route -> route.content().stream()
                        .filter(RouteConfig.Files.class::isInstance)
                        .map(content -> new Place(host, route, ((RouteConfig.Files) content).directory())))
                .findFirst();
    }

    private String template(String file, String path) {
        try (InputStream in = New.class.getResourceAsStream("new/" + file)) {
            var text = new String(in.readAllBytes(), UTF_8);
            for (var place : Map.of("@NAME@", name, "@PATH@", path).entrySet()) {
                text = text.replace(place.getKey(), place.getValue());
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String shown(Path file) {
        var here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file).toString() : file.toString();
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    private int fail(String why) {
        spec.commandLine().getErr().println(why);
        spec.commandLine().getErr().flush();
        return 2;
    }
}
