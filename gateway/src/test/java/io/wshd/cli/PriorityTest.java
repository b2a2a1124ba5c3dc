package io.wshd.cli;

import static io.wshd.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.wshd.RawHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the operating system is told of the gateway's threads, by the flags that bin/wshd gives to the JVM. */
@Timeout(180)
@EnabledOnOs(OS.LINUX)
class PriorityTest {

    private static final String SINCE_6_12 = "(6\\.(1[2-9]|[2-9]\\d)|[7-9]\\.|\\d\\d).*";

    private static final Set<String> LONG = Set.of("carrier-js-main", "carrier-js-batc", "carrier-python-");

    /** Within which scripts are loaded, by a gateway without a start-up cache: before that carriers have no low priority. */
    private static final Duration LOADED = Duration.ofSeconds(60);

    @TempDir
    private Path site;

    @BeforeEach
    void site() throws IOException {
        write("conf/gateway.conf", """
                listeners { http { bind = "127.0.0.1:0" } }
                hosts { "*" { routes {
                  "/" { handlers = "handlers", files = "www" }
                  "/threads" { handlers = "threads" }
                  "/batch" { handlers = "handlers", interpreter = batch }
                  "/prompt" { handlers = "handlers", interpreter = prompt }
                } } }
                interpreters { batch { priority = lowest }, prompt { priority = normal } }
                """);
        write("handlers/nothing_wsh.mjs", """
                export async function webSocketDoExtraHandshake(request) {}
                export async function webSocketTransferData(request) {}
                """);
        write("threads/thread_wsh.py", """
                import _thread, time
                def web_socket_do_extra_handshake(request): pass
                def web_socket_transfer_data(request): pass
                _thread.start_new_thread(time.sleep, (600,))
                """);
        write("www/index.html", "a page");
    }

    @Test
    void threadsThatServeClientsGoBeforeThoseThatRunScriptsAndTheCompilers() throws Exception {
        try (var gateway = WshdProcess.start(site, flags(), "run")) {
            eventually(
                    LOADED,
                    () -> assertThat(niceness(gateway.pid()))
                            .containsEntry("carrier-js-main", 3)
                            .containsEntry("Polyglot-python", 3)
                            .containsEntry("carrier-js-batc", 10)
                            .containsEntry("carrier-js-prom", 0)
                            .containsEntry("C1 CompilerThre", 3)
                            .containsEntry("wshd I/O-1", 0)
                            .containsEntry("wshd Accept", 0)
                            .containsEntry("script-watchdog", 0));
        }
    }

    @Test
    void threadsThatServeClientsNeedNotWaitForTheEndOfAHandlersSlice() throws Exception {
        assumeThat(System.getProperty("os.version"))
                .as("a Linux with time slices of a thread's own")
                .matches(SINCE_6_12);
        try (var gateway = WshdProcess.start(site, flags(), "run")) {
            int port = gateway.port();
            assertThat(RawHttp.get(port, "/").status()).isEqualTo(200);
            eventually(
                    LOADED,
                    () -> assertThat(slices(gateway.pid()))
                            .containsEntry("wshd I/O-1", 100_000L)
                            .containsEntry("wshd Accept", 100_000L)
                            .anySatisfy((name, slice) -> {
                                assertThat(name).startsWith("wshd task");
                                assertThat(slice).isEqualTo(100_000);
                            })
                            .containsKeys(LONG.toArray(String[]::new))
                            .hasEntrySatisfying("carrier-js-prom", PriorityTest::isUsual)
                            .hasEntrySatisfying("script-watchdog", PriorityTest::isUsual)
                            .allSatisfy((name, slice) -> assertThat(slice >= 10_000_000)
                                    .as(name + " has a long one")
                                    .isEqualTo(LONG.contains(name))));
        }
    }

    /** Linux has more the more processors there are. */
    private static void isUsual(long slice) {
        assertThat(slice).isBetween(500_000L, 5_000_000L);
    }

    private static List<String> flags() throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", ". ../bin/lib/cache.sh && echo $image_options").start();
        var flags = new ArrayList<String>();
        flags.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        try (var out = shell.inputReader(UTF_8)) {
            flags.addAll(List.of(out.readLine().split(" ")));
        }
        return flags;
    }

    private static Map<String, Integer> niceness(long process) throws IOException {
        return ofThreads(process, thread -> {
            String stat = Files.readString(thread.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Integer.parseInt(fields[16]);
        });
    }

    private static Map<String, Long> slices(long process) throws IOException {
        return ofThreads(process, thread -> {
            try (Stream<String> lines = Files.lines(thread.resolve("sched"))) {
                return lines.filter(line -> line.startsWith("se.slice"))
                        .map(line -> Long.valueOf(
                                line.substring(line.indexOf(':') + 1).strip()))
                        .findFirst()
                        .orElseThrow();
            }
        });
    }

    private interface Figure<T> {
        T of(Path thread) throws IOException;
    }

    /** By the first fifteen letters of their names, which are all that Linux keeps. */
    private static <T> Map<String, T> ofThreads(long process, Figure<T> figure) throws IOException {
        var figures = new TreeMap<String, T>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process + "/task"))) {
            for (Path thread : threads.toList()) {
                figures.put(Files.readString(thread.resolve("comm")).strip(), figure.of(thread));
            }
        }
        return figures;
    }

    private void write(String name, String text) throws IOException {
        Path file = site.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
