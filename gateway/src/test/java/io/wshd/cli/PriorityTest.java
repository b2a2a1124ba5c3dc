package io.wshd.cli;

import static io.wshd.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the operating system is told of the gateway's threads, by the flags that bin/wshd gives to the JVM. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class PriorityTest {

    @TempDir
    private Path site;

    @Test
    void threadsThatServeClientsGoBeforeThoseThatRunScriptsAndTheCompilers() throws Exception {
        write("conf/gateway.conf", """
                listeners { http { bind = "127.0.0.1:0" } }
                hosts { "*" { routes {
                  "/" { handlers = "handlers" }
                  "/batch" { handlers = "handlers", interpreter = batch }
                  "/prompt" { handlers = "handlers", interpreter = prompt }
                } } }
                interpreters { batch { priority = lowest }, prompt { priority = normal } }
                """);
        write("handlers/nothing_wsh.mjs", """
                export async function webSocketDoExtraHandshake(request) {}
                export async function webSocketTransferData(request) {}
                """);
        try (var gateway = WshdProcess.start(site, flags(), "run")) {
            eventually(() -> assertThat(niceness(gateway.pid()))
                    .containsEntry("carrier-js-main", 3)
                    .containsEntry("carrier-js-batc", 10)
                    .containsEntry("carrier-js-prom", 0)
                    .containsEntry("C1 CompilerThre", 3)
                    .containsEntry("wshd I/O-1", 0)
                    .containsEntry("wshd Accept", 0)
                    .containsEntry("script-watchdog", 0));
        }
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

    /** By the first fifteen letters of their names, which are all that Linux keeps. */
    private static Map<String, Integer> niceness(long process) throws IOException {
        var niceness = new TreeMap<String, Integer>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process + "/task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                niceness.put(name, Integer.parseInt(fields[16]));
            }
        }
        return niceness;
    }

    private void write(String name, String text) throws IOException {
        Path file = site.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
