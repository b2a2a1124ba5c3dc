package io.wshd.apps;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.Needs;
import io.wshd.TestGateway;
import io.wshd.browser.Browser;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Vite's development server, whose pages follow changed files over a WebSocket. */
@Needs({"node", "npm:vite", "chromium", "chromedriver"})
@Timeout(180)
class ViteTest {

    @TempDir
    private Path site;

    @Test
    void aSavedModuleReplacesTheOldOneInThePageWithoutALoad() throws Exception {
        Files.writeString(site.resolve("index.html"), """
                <!doctype html><title>Shop</title><p id="text"></p><script type="module" src="/main.js"></script>
                """);
        Files.writeString(site.resolve("main.js"), """
                import { text } from './text.js';
                const show = text => { document.getElementById('text').textContent = text; };
                show(text);
                import.meta.hot.accept('./text.js', changed => show(changed.text));
                """);
        Files.writeString(site.resolve("text.js"), "export const text = 'first';");
        try (var app = App.node("vite.mjs", site.toString(), "/shop/");
                // Vite wants to know the path that it is mounted at, and to get it.
                var gateway = app.under("/shop", "path = keep");
                var browser = Browser.start()) {
            browser.open(URI.create("http://localhost:" + gateway.port() + "/shop/"));
            browser.awaitText(() -> text(browser), "first");
            browser.run("window.loaded = 'once'");
            // A change before Vite's client listens would go unnoticed.
            eventually(() -> assertThat(listening(gateway)).isEqualTo("1"));
            for (int i = 1; i <= 3; i++) {
                var next = "change " + i;
                // Vite's watcher passes over a change within 50 ms of the one before.
                Thread.sleep(200);
                Files.writeString(site.resolve("text.js"), "export const text = '" + next + "';");
                browser.awaitText(() -> text(browser), next);
            }
            assertThat(browser.run("return window.loaded")).isEqualTo("once");
        }
    }

    private static String listening(TestGateway gateway) throws Exception {
        try (var in = gateway.uri("/shop/listening").toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static String text(Browser browser) {
        return String.valueOf(browser.run("return document.getElementById('text')?.textContent"));
    }
}
