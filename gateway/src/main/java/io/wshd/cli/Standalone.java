package io.wshd.cli;

import io.wshd.config.AccessConfig;
import io.wshd.config.Compatibility;
import io.wshd.config.ConfigException;
import io.wshd.config.ConfigReader;
import io.wshd.config.GatewayConfig;
import io.wshd.config.HostConfig;
import io.wshd.config.InterpreterConfig;
import io.wshd.config.ListenerConfig;
import io.wshd.config.Place;
import io.wshd.config.RouteConfig;
import io.wshd.config.ScriptsConfig;
import io.wshd.config.TlsConfig;
import io.wshd.config.WebSocketConfig;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Serves one directory of handlers and one of files, by the options of pywebsocket3's {@code standalone.py} and in that
 * server's ways: relative paths start at the document root, every Origin may connect, and the limits are wide.
 */
@Command(
        name = "standalone",
        versionProvider = Version.class,
        description = "Serves handlers and files as pywebsocket3's standalone.py does, by the same options.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  wshd standalone -p 9998 -w ../example/       handlers of ../example at ws://localhost:9998/",
            "  wshd standalone -p 9998 -d www -w handlers   files of www, handlers of www/handlers",
            "  wshd standalone -p 9998 -t -k key.pem -c cert.pem   over TLS",
            "",
            "Relative paths start at the document root. Exit status: 0 after a signal, 2 when options are mistaken."
        })
final class Standalone implements Callable<Integer> {

    /** Of one message; pywebsocket has no such bound. */
    private static final int MAX_MESSAGE = 128 << 20;

    @Mixin
    private StandaloneOptions options;

    @Spec
    private CommandSpec spec;

    /** Where handlers import from besides; the environment's. */
    String pythonPath = Objects.requireNonNullElse(System.getenv("PYTHONPATH"), "");

    @Override
    public Integer call() throws InterruptedException {
        options.setUpLog();
        return Serving.serve(this::config, spec.commandLine(), gateway -> Optional.empty());
    }

    GatewayConfig config() throws ConfigException {
        var mistakes = new ArrayList<String>();
        if (!options.handlerEncoding.equalsIgnoreCase("utf8") && !options.handlerEncoding.equalsIgnoreCase("utf-8")) {
            mistakes.add("--handler-encoding " + options.handlerEncoding
                    + ": handlers are read as UTF-8. Convert them, with iconv for one, and leave the option out.");
        }
        if (options.cgiPaths != null) {
            mistakes.add("--cgi-paths " + options.cgiPaths + ": CGI is not available in this version. Remove it.");
        }
        Path root = directory("--document-root", Path.of("").toAbsolutePath(), options.documentRoot, mistakes);
        Path handlers = directory("--websock-handlers", root, options.handlers, mistakes);
        Path scanned = options.scanned == null ? handlers : directory("--scan-dir", root, options.scanned, mistakes);
        if (!scanned.startsWith(handlers)) {
            mistakes.add("--scan-dir " + options.scanned + ": is not below " + handlers + " (--websock-handlers).");
        }
        Map<String, String> aliases = HandlerMap.read(root, options.handlerMap, mistakes);
        Optional<TlsConfig> tls = tls(root, mistakes);
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
        var place = new Place("--port " + options.port, 0, "standalone");
        var access = new AccessConfig(
                options.basicAuth ? Optional.of(options.credential) : Optional.empty(),
                Optional.ofNullable(options.validationHost),
                options.validationPort == null ? OptionalInt.empty() : OptionalInt.of(options.validationPort));
        var listener =
                new ListenerConfig("standalone", options.host, options.port, tls, access, options.backlog, place);
        var route = new RouteConfig(
                "/",
                Optional.of(new RouteConfig.Files(root)),
                Optional.of(new RouteConfig.Handlers(handlers, scanned, options.outside, aliases)),
                "main",
                List.of(),
                Compatibility.PYWEBSOCKET,
                place);
        return wide(
                ConfigReader.of(root, List.of(listener), List.of(new HostConfig("*", List.of(route)))),
                directories(pythonPath));
    }

    /**
     * Limits that no handler of pywebsocket meets unless something is wrong; and its handlers may do what the user who
     * starts them may.
     */
    private static GatewayConfig wide(GatewayConfig config, List<Path> pythonPath) {
        WebSocketConfig websocket = config.websocket();
        ScriptsConfig scripts = config.scripts();
        // Not even a warning: pywebsocket lets a handler compute, and to ask one where it is has been seen to upset
        // GraalPy in the midst of an import.
        InterpreterConfig.Limits limits = new InterpreterConfig.Limits(
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofMinutes(5),
                scripts.limits().connections(),
                scripts.limits().threads());
        return new GatewayConfig(
                config.root(),
                config.trustedProxies(),
                config.drainTimeout(),
                config.listeners(),
                config.hosts(),
                config.http(),
                new WebSocketConfig(
                        MAX_MESSAGE,
                        websocket.readAhead(),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(1),
                        websocket.pingInterval(),
                        websocket.pingTimeout(),
                        websocket.idleTimeout(),
                        websocket.compression()),
                new ScriptsConfig(
                        scripts.poll(),
                        scripts.settle(),
                        Duration.ZERO,
                        Duration.ofMinutes(2),
                        scripts.carriers(),
                        scripts.spareCarriers(),
                        scripts.priority(),
                        scripts.sendBacklog(),
                        scripts.fetches(),
                        scripts.heapGuard(),
                        scripts.computingShare(),
                        scripts.collectorShare(),
                        scripts.threadShare(),
                        limits),
                Map.of(
                        InterpreterConfig.MAIN,
                        new InterpreterConfig(
                                InterpreterConfig.MAIN,
                                Optional.empty(),
                                1,
                                scripts.carriers(),
                                scripts.spareCarriers(),
                                scripts.priority(),
                                InterpreterConfig.Permissions.TRUSTED,
                                limits,
                                pythonPath,
                                Optional.empty(),
                                Map.of(),
                                List.of())));
    }

    /** Those of a search path that are there, as Python takes its PYTHONPATH. */
    private static List<Path> directories(String searchPath) {
        return searchPath.isEmpty()
                ? List.of()
                : Stream.of(searchPath.split(File.pathSeparator))
                        .map(name -> Path.of(name).toAbsolutePath().normalize())
                        .filter(Files::isDirectory)
                        .distinct()
                        .toList();
    }

    private static Path directory(String option, Path start, String name, List<String> mistakes) {
        Path directory = start.resolve(name).normalize();
        if (!Files.isDirectory(directory)) {
            mistakes.add(option + " " + name + ": " + directory + " is no directory.");
            return directory;
        }
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            mistakes.add(option + " " + name + ": " + directory + " cannot be read: " + e + ".");
            return directory;
        }
    }

    private Optional<TlsConfig> tls(Path root, List<String> mistakes) {
        if (!options.tls) {
            if (options.clientAuth || options.clientOptional) {
                mistakes.add("--tls-client-auth: has no effect without --tls.");
            }
            return Optional.empty();
        }
        if (options.key == null || options.certificate == null) {
            mistakes.add("--tls: needs --private-key FILE and --certificate FILE, both PEM.");
            return Optional.empty();
        }
        TlsConfig.Clients clients = options.clientOptional
                ? TlsConfig.Clients.OPTIONAL
                : options.clientAuth ? TlsConfig.Clients.REQUIRED : TlsConfig.Clients.NONE;
        return Optional.of(new TlsConfig(
                root.resolve(options.certificate),
                root.resolve(options.key),
                clients,
                Optional.ofNullable(options.clientCa).map(root::resolve)));
    }
}
