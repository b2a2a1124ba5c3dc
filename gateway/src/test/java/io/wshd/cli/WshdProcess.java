package io.wshd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The command line in a process of its own. */
public final class WshdProcess implements AutoCloseable {

    /** What a command came to. */
    public record Outcome(int status, String out, String err) {}

    private static final Pattern READY = Pattern.compile("listening on http://127\\.0\\.0\\.1:(\\d+)/");

    private final Process process;
    private final BufferedReader out;
    private final StringBuffer err;

    private WshdProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(UTF_8);
        this.err = copy(process);
    }

    @SuppressWarnings("JdkObsolete") // Another thread writes it.
    private static StringBuffer copy(Process process) {
        var text = new StringBuffer();
        Thread.ofVirtual().start(() -> {
            try (var in = process.errorReader(UTF_8)) {
                for (int c = in.read(); c >= 0; c = in.read()) {
                    text.append((char) c);
                }
            } catch (IOException e) {
                // Ended.
            }
        });
        return text;
    }

    /** One that stays. */
    public static WshdProcess start(Path directory, String... args) throws IOException {
        return start(directory, List.of(), args);
    }

    /** One that stays, with flags for its JVM. */
    public static WshdProcess start(Path directory, List<String> jvm, String... args) throws IOException {
        return new WshdProcess(begin(directory, jvm, args));
    }

    /** One that ends by itself. */
    public static Outcome run(Path directory, List<String> jvm, String... args) throws Exception {
        var process = begin(directory, jvm, args);
        try {
            var out = new String(process.getInputStream().readAllBytes(), UTF_8);
            var err = new String(process.getErrorStream().readAllBytes(), UTF_8);
            return new Outcome(process.waitFor(), out, err);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process begin(Path directory, List<String> jvm, String... args) throws IOException {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.wshd.cli.Main"));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).directory(directory.toFile()).start();
    }

    /** The next line of its output; null at the end. */
    public String line() throws IOException {
        return out.readLine();
    }

    /** Of its listener at 127.0.0.1, once that accepts connections; it is the next thing that it says. */
    public int port() throws IOException {
        String line = line();
        var ready = READY.matcher(line == null ? "" : line);
        if (!ready.matches()) {
            throw new AssertionError("did not start: " + line + "\n" + err());
        }
        return Integer.parseInt(ready.group(1));
    }

    /** What it has said on stderr so far. */
    public String err() {
        return err.toString();
    }

    public long pid() {
        return process.pid();
    }

    /** Asks it to end, as a service manager does. */
    public void terminate() {
        // Process.destroy would close the streams.
        process.toHandle().destroy();
    }

    /** The exit status; fails when it does not end within 20 seconds. */
    public int await() throws InterruptedException {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("process " + pid() + " still runs");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
