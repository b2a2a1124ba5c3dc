package io.wshd.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.Needs;
import io.wshd.TestGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/** A page opened from disk, and the standalone command in a process of its own. */
@Needs({"chromium", "chromedriver"})
@Timeout(180)
class DiskPageTest {

    @TempDir
    private Path directory;

    @Test
    void aPageFromDiskTalksToTheHandlersOfStandalone() throws Exception {
        var handlers = TestGateway.repository().resolve("handlers").toString();
        var process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.wshd.cli.Main",
                        "standalone",
                        "-p",
                        "0",
                        "-w",
                        handlers))
                .directory(directory.toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
                var browser = Browser.start()) {
            var line = out.readLine();
            assertThat(line)
                    .as(() -> read(directory.resolve("err")))
                    .matches("listening on http://(\\[::]|0\\.0\\.0\\.0):[0-9]+/");
            int port = Integer.parseInt(line.replaceFirst(".*:([0-9]+)/$", "$1"));
            var page = page(port);

            browser.open(URI.create("file://" + page.toRealPath()));
            browser.awaitText(() -> shown(browser), "close: ");

            assertThat(shown(browser).lines().toList())
                    .as(() -> read(directory.resolve("err")))
                    .containsExactly("open", "message: Hello", "message: Goodbye", "close: 1000 true");
            browser.screenshot("from-disk");
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private Path page(int port) throws IOException {
        return Files.writeString(directory.resolve("page.html"), """
                <!doctype html>
                <meta charset="utf-8">
                <title>from disk</title>
                <pre id="lines"></pre>
                <script>
                var lines = document.getElementById('lines');
                function show(line) { lines.textContent += line + '\\n'; }
                var socket = new WebSocket("ws://localhost:%d/echo");
                socket.onopen = function () { show('open'); socket.send('Hello'); };
                socket.onmessage = function (event) {
                  show('message: ' + event.data);
                  if (event.data === 'Hello') socket.send('Goodbye');
                };
                socket.onerror = function () { show('error'); };
                socket.onclose = function (event) { show('close: ' + event.code + ' ' + event.wasClean); };
                </script>
                """.formatted(port));
    }

    private static String shown(Browser browser) {
        return browser.driver().findElement(By.id("lines")).getText();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
