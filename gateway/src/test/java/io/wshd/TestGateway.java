package io.wshd;

import io.wshd.config.ConfigException;
import io.wshd.config.ConfigReader;
import io.wshd.config.GatewayConfig;
import io.wshd.gateway.Gateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The real gateway, in this JVM, on a free port, over files in a temporary directory.
 *
 * <pre>{@code
 * try (var gateway = TestGateway.with("handlers/echo_wsh.py", ECHO)) {
 *     assertThat(gateway.connect("/echo").ask("hi")).isEqualTo("hi");
 * }
 * }</pre>
 */
public final class TestGateway implements AutoCloseable {

    private static final String CONF = """
            listeners { http { bind = "127.0.0.1:0" } }
            hosts { "*" { routes { "/" { files = "www", handlers = "handlers" } } } }
            """;

    private static final List<String> FAST = List.of("scripts.poll=50ms", "scripts.ready-timeout=120s");

    private final Path root;
    private final boolean temporary;
    private final List<String> settings;
    private final Gateway gateway;

    private TestGateway(Path root, boolean temporary, List<String> settings) throws ConfigException {
        this(root, temporary, settings, read(root, settings));
    }

    private TestGateway(Path root, boolean temporary, List<String> settings, GatewayConfig config)
            throws ConfigException {
        this.root = root;
        this.temporary = temporary;
        this.settings = settings;
        OnFailure.started(config);
        this.gateway = Gateway.start(config);
    }

    private static GatewayConfig read(Path root, List<String> settings) throws ConfigException {
        return ConfigReader.read(root.resolve("conf/gateway.conf"), settings, OptionalInt.of(0));
    }

    /** Replaces {@code conf/gateway.conf}, and has the gateway change to it; returns what it says of that. */
    public String reload(String conf) throws ConfigException, IOException {
        put(root, "conf/gateway.conf", conf);
        GatewayConfig config = read(root, settings);
        OnFailure.started(config);
        return gateway.reload(config);
    }

    /** This repository's own www/, handlers/ and conf/. */
    public static TestGateway demo() {
        try {
            return new TestGateway(repository(), false, FAST);
        } catch (ConfigException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** Files given as path and content by turns; without a {@code conf/gateway.conf}, files and handlers at "/". */
    public static TestGateway with(String... files) {
        return with(List.of(), files);
    }

    /**
     * @param settings as after {@code --set}
     */
    public static TestGateway with(List<String> settings, String... files) {
        try {
            Path root = Files.createTempDirectory("wshd-test").toRealPath();
            Files.createDirectories(root.resolve("www"));
            Files.createDirectories(root.resolve("handlers"));
            put(root, "conf/gateway.conf", CONF);
            for (int i = 0; i < files.length; i += 2) {
                put(root, files[i], files[i + 1]);
            }
            return new TestGateway(
                    root, true, Stream.concat(FAST.stream(), settings.stream()).toList());
        } catch (ConfigException e) {
            throw new AssertionError(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A configuration that is made already. */
    public static TestGateway of(GatewayConfig config) {
        try {
            return new TestGateway(config.root(), false, List.of(), config);
        } catch (ConfigException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** The directory of this checkout. */
    public static Path repository() {
        return Path.of("..").toAbsolutePath().normalize();
    }

    public Gateway gateway() {
        return gateway;
    }

    public int port() {
        return gateway.addresses().getFirst().getPort();
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    public Path root() {
        return root;
    }

    /** Writes a file as careful editors do: a new one, renamed over the old. */
    public void write(String file, String content) throws IOException {
        put(root, file, content);
    }

    public void delete(String file) throws IOException {
        Files.delete(root.resolve(file));
    }

    /** An open WebSocket to a handler. */
    public TestSocket connect(String path, String... subprotocols) throws Exception {
        return TestSocket.connect(port(), path, subprotocols);
    }

    /** The status of a refused handshake; 101 if it is accepted. */
    public int refusal(String path) throws Exception {
        try (var socket = connect(path)) {
            return 101;
        } catch (WebSocketHandshakeException e) {
            return e.getResponse().statusCode();
        }
    }

    private static void put(Path root, String file, String content) throws IOException {
        Path target = root.resolve(file);
        Files.createDirectories(target.getParent());
        Path fresh = Files.createTempFile(root, "fresh", null);
        Files.writeString(fresh, content);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        gateway.close();
        if (temporary) {
            try (Stream<Path> files = Files.walk(root)) {
                files.sorted(java.util.Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
