package io.wshd.apps;

import io.wshd.Needs;
import io.wshd.TestGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/** An application in a process of its own, which ends with the test. */
final class App implements AutoCloseable {

    /** Programs are slow to start on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Pattern PORT = Pattern.compile(".*\\bport (\\d+).*");

    private final Process process;
    private final int port;

    private App(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** A script of {@code src/test/node}, which prints its port. */
    static App node(String script, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("node", Needs.NODE.resolve(script).toString()));
        command.addAll(List.of(arguments));
        return printing(command);
    }

    /** A program that prints its port before anything else. */
    static App printing(List<String> command) throws IOException {
        var process = start(command);
        // Read on after the port, or a full pipe would stop the program.
        var output = process.inputReader();
        var line = output.readLine();
        var port = PORT.matcher(line == null ? "" : line);
        if (!port.matches()) {
            process.destroyForcibly();
            throw new IOException("no port but: " + line);
        }
        Thread.ofVirtual().start(() -> drain(output));
        return new App(process, Integer.parseInt(port.group(1)));
    }

    /** A program that is told its port, for which it may be too late: somebody else may have taken it meanwhile. */
    static App listening(IntFunction<List<String>> command) throws Exception {
        for (int attempt = 0; ; attempt++) {
            int port = free();
            var process = start(command.apply(port));
            Thread.ofVirtual().start(() -> drain(process.inputReader()));
            if (accepts(port, process)) {
                return new App(process, port);
            }
            process.destroy();
            if (attempt == 2) {
                throw new IOException("does not start: " + command.apply(port));
            }
        }
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void drain(BufferedReader output) {
        try (output) {
            while (output.readLine() != null) {}
        } catch (IOException e) {
            // Ended.
        }
    }

    private static int free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean accepts(int port, Process process) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return process.isAlive();
            } catch (IOException e) {
                Thread.sleep(Duration.ofMillis(20));
            }
        }
        return false;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** A gateway with this application under a path; more of the route in HOCON. */
    TestGateway under(String path, String route, String... settings) {
        return TestGateway.with(List.of(settings), "conf/gateway.conf", """
                listeners { http { bind = "127.0.0.1:0" } }
                hosts { "*" { routes {
                  "/" { files = "www" }
                  "%s" {
                    proxy = "%s"
                    %s
                  }
                } } }
                """.formatted(path, url(), route));
    }

    /** A file of the test's, for a configuration. */
    static String quoted(Path file) {
        return "\"" + file + "\"";
    }

    @Override
    public void close() throws InterruptedException {
        // Some of them have children, which they end if asked.
        process.destroy();
        if (!process.waitFor(Duration.ofSeconds(10))) {
            process.destroyForcibly();
        }
    }
}
