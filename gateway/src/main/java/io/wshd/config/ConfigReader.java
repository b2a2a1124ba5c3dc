package io.wshd.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Reads a configuration file into records, and finds every mistake in it. */
public final class ConfigReader {

    static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration MINUTES = Duration.ofMinutes(10);
    static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofHours(24);
    private static final long KIB = 1024;
    static final long GIB = KIB * KIB * KIB;

    private final Path file;
    private final Path workingDirectory;
    private final List<String> settings;
    private final OptionalInt port;

    ConfigReader(Path file, Path workingDirectory, List<String> settings, OptionalInt port) {
        this.file = file;
        this.workingDirectory = workingDirectory;
        this.settings = settings;
        this.port = port;
    }

    /**
     * Reads and checks a configuration. Blocks on files; asks no name server and opens no port.
     *
     * @param file as the user named it, since complaints show it so
     * @param settings {@code key=value} each, over what the file says
     * @param port replaces that of the first listener; 0 means any free one
     * @throws ConfigException with every mistake, in the order of the file
     */
    public static GatewayConfig read(Path file, List<String> settings, OptionalInt port) throws ConfigException {
        return new ConfigReader(file, Path.of("").toAbsolutePath(), settings, port).read();
    }

    /** A configuration that no file describes, with the default of every other setting. */
    public static GatewayConfig of(Path root, List<ListenerConfig> listeners, List<HostConfig> hosts) {
        var places = new Places(root, root);
        var top = new Section(Hocon.defaults().resolve().root(), "", places, new Mistakes(places.order()));
        var scripts = top.section("scripts").map(ConfigReader::scripts).orElseThrow();
        return new GatewayConfig(
                root,
                List.of(),
                top.duration("drain-timeout", Duration.ZERO, HOUR),
                listeners,
                hosts,
                top.section("http").map(ConfigReader::http).orElseThrow(),
                top.section("websocket").map(ConfigReader::websocket).orElseThrow(),
                scripts,
                Map.of(InterpreterConfig.MAIN, InterpretersSection.main(scripts)));
    }

    GatewayConfig read() throws ConfigException {
        var places = new Places(workingDirectory, file);
        var mistakes = new Mistakes(places.order());
        var tree = new Hocon(places, mistakes).read(places.absolute(file), settings);
        var top = new Section(tree, "", places, mistakes);

        var files = new NamedFiles(root(top, places));
        var scripts = top.section("scripts").map(ConfigReader::scripts);
        var interpreters = top.section("interpreters")
                .flatMap(section -> scripts.map(defaults -> new InterpretersSection(files, defaults).read(section)))
                .orElse(Map.of());
        var listeners = top.section("listeners").map(section -> ListenersSection.read(section, port));
        var trusted = trustedProxies(top);
        var drainTimeout = top.duration("drain-timeout", Duration.ZERO, HOUR);
        // What cannot be read has been noted; the defaults let the rest be looked at.
        var defaults = top.section("proxy")
                .orElseGet(() -> new Section(Hocon.defaults().getObject("proxy"), "proxy", places, mistakes));
        var proxies = proxies(top, defaults, new ProxySection(files));
        var routes = new RouteSection(files, interpreters, proxies);
        var hosts = top.section("hosts").map(section -> new HostsSection(routes).read(section));
        var http = top.section("http").map(ConfigReader::http);
        var websocket = top.section("websocket").map(ConfigReader::websocket);
        top.end();
        mistakes.throwIfAny();
        return new GatewayConfig(
                files.root(),
                trusted,
                drainTimeout,
                listeners.orElseThrow(),
                hosts.orElseThrow(),
                http.orElseThrow(),
                websocket.orElseThrow(),
                scripts.orElseThrow(),
                interpreters);
    }

    private Path root(Section top, Places places) {
        var directory = places.absolute(file).getParent();
        boolean conf = directory.getParent() != null && directory.endsWith("conf");
        var usual = conf ? directory.getParent() : directory;
        return top.has("root") ? new NamedFiles(usual).directory(top, "root").orElse(usual) : usual;
    }

    private static HttpConfig http(Section section) {
        var http = new HttpConfig(
                section.duration("header-timeout", SHORTEST, MINUTES),
                section.duration("idle-timeout", SHORTEST, HOUR),
                section.bytes("max-body", 0, 1024 * GIB),
                (int) section.bytes("max-header", KIB, KIB * KIB),
                section.count("max-headers", 10, 10_000),
                section.count("buffer-pool", 16, 65535));
        section.end();
        return http;
    }

    private static WebSocketConfig websocket(Section section) {
        var websocket = new WebSocketConfig(
                (int) section.bytes("max-message", 125, GIB),
                (int) section.bytes("read-ahead", KIB, GIB),
                section.duration("handshake-timeout", SHORTEST, MINUTES),
                section.duration("send-deadline", SHORTEST, HOUR),
                section.duration("close-timeout", SHORTEST, MINUTES),
                neverOr(section, "ping-interval", HOUR),
                section.duration("ping-timeout", SHORTEST, HOUR),
                neverOr(section, "idle-timeout", DAY),
                new WebSocketConfig.Compression(
                        section.flag("compression"),
                        section.flag("compression-takeover"),
                        (int) section.bytes("compression-threshold", 0, GIB),
                        section.count("compression-pool", 0, 65535)));
        section.end();
        return websocket;
    }

    /** A duration of which zero means never. */
    static Duration neverOr(Section section, String key, Duration most) {
        var duration = section.duration(key, Duration.ZERO, most);
        if (!duration.isZero() && duration.compareTo(SHORTEST) < 0) {
            section.mistake(key, "is out of bounds; expected 0s for never, or at least 10ms.");
        }
        return duration;
    }

    private static ScriptsConfig scripts(Section section) {
        var scripts = new ScriptsConfig(
                section.duration("poll", SHORTEST, MINUTES),
                section.duration("settle", Duration.ZERO, MINUTES),
                neverOr(section, "drain-timeout", DAY),
                section.duration("ready-timeout", SHORTEST, MINUTES),
                section.count("carriers", 1, 256),
                section.count("spare-carriers", 0, 256),
                InterpretersSection.priority(section),
                section.bytes("send-backlog", KIB, GIB),
                section.count("fetches", 1, 65535),
                section.count("heap-guard", 0, 99),
                section.count("computing-share", 1, 100),
                section.count("collector-share", 1, 100),
                section.count("thread-share", 1, 100),
                InterpretersSection.limits(section, null));
        section.end();
        return scripts;
    }

    private static ProxyRoute proxies(Section top, Section defaults, ProxySection reader) {
        var settings = reader.read(defaults);
        defaults.end();
        var upstreams = top.section("upstreams")
                .map(section -> new UpstreamsSection(defaults, reader).read(section))
                .orElse(Map.of());
        return new ProxyRoute(upstreams, settings);
    }

    private static List<AddressRange> trustedProxies(Section top) {
        return top.texts("trusted-proxies", "[\"10.0.0.0/8\"]").stream()
                .flatMap(text -> {
                    try {
                        return Stream.of(AddressRange.parse(text));
                    } catch (IllegalArgumentException e) {
                        top.mistake("trusted-proxies", Mistakes.quote(text) + e.getMessage());
                        return Stream.empty();
                    }
                })
                .toList();
    }
}
