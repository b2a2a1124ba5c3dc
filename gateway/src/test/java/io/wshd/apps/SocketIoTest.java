package io.wshd.apps;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.Needs;
import io.wshd.TestGateway;
import io.wshd.browser.Browser;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A chat made with Socket.IO, which begins with long polling and changes to a WebSocket if it can. */
@Needs({"node", "npm:socket.io", "npm:socket.io-client"})
@Timeout(180)
class SocketIoTest {

    @Test
    void itsNodeClientTalksOverEveryTransport() throws Exception {
        try (var app = App.node("chat.mjs");
                var gateway = app.under("/chat", "")) {
            var client = new ProcessBuilder(
                            "node",
                            Needs.NODE.resolve("chat-client.mjs").toString(),
                            "http://127.0.0.1:" + gateway.port(),
                            "/chat/socket.io")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("passed\n");
            } finally {
                client.destroyForcibly();
            }
        }
    }

    @Test
    @Needs({"chromium", "chromedriver"})
    void twoPagesHearEachOtherOverAWebSocket() throws Exception {
        try (var app = App.node("chat.mjs");
                var gateway = app.under("/chat", "");
                var browser = Browser.start()) {
            var first = page(browser, gateway, "");
            browser.newWindow();
            var second = page(browser, gateway, "");
            browser.await(
                    "the change to a WebSocket",
                    () -> browser.run("return by()").equals("websocket"));
            say(browser, "from the second");
            browser.turnTo(first);
            browser.awaitText(() -> said(browser), "from the second");
            say(browser, "from the first");
            browser.turnTo(second);
            browser.awaitText(() -> said(browser), "from the second,from the first");
        }
    }

    @Test
    @Needs({"chromium", "chromedriver"})
    void aPageThatMayNotUseWebSocketsPolls() throws Exception {
        try (var app = App.node("chat.mjs");
                var gateway = app.under("/chat", "");
                var browser = Browser.start()) {
            page(browser, gateway, "?transports=polling");
            say(browser, "hello");
            browser.awaitText(() -> said(browser), "hello");
            assertThat(browser.run("return by()")).isEqualTo("polling");
        }
    }

    private static String page(Browser browser, TestGateway gateway, String query) {
        browser.open(URI.create("http://localhost:" + gateway.port() + "/chat/" + query));
        browser.await(
                "the connection", () -> browser.run("return document.title").equals("connected"));
        return browser.window();
    }

    private static void say(Browser browser, String text) {
        browser.run("socket.emit('say', arguments[0])", text);
    }

    private static String said(Browser browser) {
        return (String) browser.run("return [...document.querySelectorAll('li')].map(li => li.textContent).join()");
    }
}
