package io.wshd.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.Needs;
import io.wshd.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

@Needs({"chromium", "chromedriver"})
class ClassicSnippetTest {

    private static TestGateway gateway;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.demo();
        browser = Browser.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void theClassicPageShowsAWholeConversation() throws Exception {
        assertThat(linesOf("classic.html"))
                .containsExactly("open", "message: Hello", "message: Goodbye", "close: code 1000, wasClean true");
        browser.screenshot("classic");
    }

    @Test
    void aPathWithoutAHandlerGivesAnErrorAndThenAClose() {
        assertThat(linesOf("classic.html?path=/nothing-here"))
                .containsExactly("error", "close: code 1006, wasClean false");
    }

    @Test
    void theSnippetOfTheTutorialsGetsOpenMessageAndClose() {
        assertThat(runSnippet(gateway.port())).containsExactly("open", "message Hello", "close 1005 true");
    }

    @Test
    void aRefusedPortGivesAnErrorAndThenAClose() throws IOException {
        int nobodyListens;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobodyListens = socket.getLocalPort();
        }
        assertThat(runSnippet(nobodyListens)).containsExactly("error", "close 1006 false");
    }

    private static List<String> linesOf(String page) {
        browser.open(page(page));
        browser.awaitText(ClassicSnippetTest::shown, "close");
        return shown().lines().toList();
    }

    private static String shown() {
        return browser.driver().findElement(By.id("lines")).getText();
    }

    private static List<String> runSnippet(int port) {
        // Any page of the gateway will do, for its origin is the one that the handlers accept.
        browser.open(page("wshd.svg"));
        browser.run("""
                window.lines = [];
                var socket = new WebSocket('ws://localhost:%d/echo');
                socket.onopen = function () { lines.push('open'); socket.send('Hello'); };
                socket.onmessage = function (event) { lines.push('message ' + event.data); socket.close(); };
                socket.onerror = function (event) { lines.push(event.type); };
                socket.onclose = function (event) { lines.push('close ' + event.code + ' ' + event.wasClean); };
                """.formatted(port));
        browser.awaitText(ClassicSnippetTest::lines, "close");
        return lines().lines().toList();
    }

    private static String lines() {
        return (String) browser.run("return window.lines.join('\\n')");
    }

    private static URI page(String name) {
        return URI.create("http://localhost:" + gateway.port() + "/" + name);
    }
}
