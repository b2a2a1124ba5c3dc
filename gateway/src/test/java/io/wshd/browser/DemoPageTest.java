package io.wshd.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.Needs;
import io.wshd.TestGateway;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

@Needs({"chromium", "chromedriver"})
class DemoPageTest {

    private static TestGateway gateway;
    private static Browser browser;

    private DemoPage page;

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

    @BeforeEach
    void open() {
        page = new DemoPage(browser, index());
    }

    @Test
    void textComesBackFromTheEchoHandler() throws Exception {
        page.connectTo("echo (Python)");
        page.send("Grüße, wörld €");
        page.awaitRow("message", "Grüße, wörld €");

        assertThat(page.newest("sent")).isEqualTo("text 19 B");
        assertThat(page.newest("message")).isEqualTo("text 19 B");
        assertThat(page.text("status")).isEqualTo("Connected to ws://localhost:" + gateway.port() + "/echo");
        browser.screenshot("echo");
    }

    @Test
    void bytesComeBackAsTheSameBytes() {
        page.connectTo("echo (Python)");
        page.type("hex", "00 ff 80 0a c3 28");
        page.click("send-hex");
        page.awaitRow("message", "00 ff 80 0a c3 28");

        assertThat(page.newest("message")).isEqualTo("binary 6 B");
    }

    @Test
    void aFileComesBackAsOneBinaryMessage(@TempDir Path directory) throws Exception {
        var file = Files.write(directory.resolve("file.bin"), new byte[300 * 1024]);
        page.connectTo("echo (Python)");
        page.type("file", file.toString());
        page.click("send-file");
        page.awaitRow("message", "00 00 00");

        assertThat(page.newest("message")).isEqualTo("binary 300.0 KiB");
    }

    @Test
    void bufferedAmountRisesWithASendAndFallsAgain() {
        page.connectTo("echo (Python)");
        browser.run("""
                window.seen = [];
                new MutationObserver(() => seen.push(buffered.textContent))
                    .observe(document.getElementById("buffered"), {childList: true});
                """);
        page.send("x".repeat(100));
        page.awaitRow("message", "xxx");
        browser.await("bufferedAmount is 0 again", () -> page.text("buffered").equals("0"));

        assertThat(browser.run("return seen.join()")).asString().contains("100");
    }

    @Test
    void theFourStatesAndTheFourEventsAreShown() {
        assertThat(page.state()).isEmpty();
        browser.run("""
                window.seen = new Set();
                new MutationObserver(() => seen.add(document.querySelector("#states [aria-current]")?.textContent))
                    .observe(states, {subtree: true, attributes: true});
                """);
        page.connectTo("echo (Python)");
        page.type("close-code", "4321");
        page.type("close-reason", "enough");
        page.click("disconnect");
        page.awaitState("CLOSED 3");
        page.type("address", "/nothing-here" + Keys.ENTER);
        page.awaitRow("error", "");

        assertThat(browser.run("return [...seen].filter(Boolean).sort().join()"))
                .isEqualTo("CLOSED 3,CLOSING 2,CONNECTING 0,OPEN 1");
        // The echo handler answers the code; reasons are the speaker's own.
        assertThat(page.rows("close")).startsWith("code 4321, reason \"\", wasClean true");
        browser.await("the second close event", () -> page.text("count-close").equals("2"));
        assertThat(page.text("count-open")).isEqualTo("1");
        assertThat(page.text("count-message")).isEqualTo("0");
        assertThat(page.text("count-error")).isEqualTo("1");
    }

    @Test
    void goodbyeIsAnsweredAndEndsTheConnection() {
        page.connectTo("echo (Python)");
        page.click("goodbye");
        page.awaitRow("close", "code 1000");

        assertThat(page.rows("message")).containsExactly("Goodbye");
        assertThat(page.rows("close")).containsExactly("code 1000, reason \"\", wasClean true");
        assertThat(page.state()).isEqualTo("CLOSED 3");
        page.send("too late");
        assertThat(page.text("status")).isEqualTo("Not sent: readyState is CLOSED. Press Connect first.");
    }

    @Test
    void theTimeArrivesWithoutBeingAskedFor() {
        page.connectTo("time (Python)");
        browser.await("two messages", () -> page.rows("message").size() >= 2);

        assertThat(page.rows("sent")).isEmpty();
        assertThat(page.rows("message")).doesNotHaveDuplicates();
    }

    @Test
    void whatOnePageSaysInTheChatTheOtherHears() {
        page.connectTo("chat (Python)");
        browser.newWindow();
        var other = new DemoPage(browser, index());
        other.connectTo("chat (Python)");
        page.send("is anybody there?");
        other.awaitRow("message", "is anybody there?");
        other.send("yes, here");
        page.awaitRow("message", "yes, here");
    }

    @Test
    void aHandlerInJavaScriptAnswersTheSame() {
        page.connectTo("echo (JavaScript)");
        page.send("Hello");
        page.awaitRow("message", "Hello");
        page.type("hex", "00ff80");
        page.click("send-hex");
        page.awaitRow("message", "00 ff 80");
        page.click("goodbye");
        page.awaitRow("close", "code 1000, reason \"\", wasClean true");

        assertThat(page.rows("message")).containsExactly("Hello", "00 ff 80", "Goodbye");
    }

    @Test
    void connectingAgainEndsTheOldConnectionAndOpensANewOne() {
        page.connectTo("echo (Python)");
        page.click("connect");
        page.awaitRow("close", "code 1000");
        browser.await("a second open", () -> page.rows("open").size() == 2);
        page.send("on the second");
        page.awaitRow("message", "on the second");
    }

    @Test
    void everythingCanBeDoneWithTheKeyboard() {
        tabTo("address");
        browser.press(Keys.ENTER);
        page.awaitState("OPEN 1");
        tabTo("text");
        browser.press(" by hand", Keys.ENTER);
        page.awaitRow("message", "Hello by hand");
        tabTo("send-hex");
        browser.press(Keys.SPACE);
        page.awaitRow("message", "00 ff 7e 2a");
        tabTo("clear");
        browser.press(Keys.SPACE);

        assertThat(page.text("log-count")).isEqualTo("empty");
    }

    @Test
    void aPathWithoutAHandlerIsExplained() {
        page.type("address", "/nothing-here" + Keys.ENTER);
        browser.awaitText(() -> page.text("help"), "handlers/nothing-here_wsh.py");

        assertThat(page.rows("close")).containsExactly("code 1006, reason \"\", wasClean false");
        assertThat(page.text("status")).startsWith("Closed with code 1006");
    }

    @Test
    void whatTheBrowserItselfRefusesIsExplained() {
        page.type("subprotocol", "twice, twice");
        page.click("connect");

        assertThat(page.text("help")).startsWith("The browser refuses this:").contains("twice");
    }

    @Test
    void theLogKeepsItsBoundAndTheMarkupOfAPeerIsOnlyText() {
        page.connectTo("echo (Python)");
        browser.run("""
                for (let i = 0; i < 300; i++) {
                  document.getElementById("text").value = `<b>${i}</b>`;
                  document.getElementById("send").click();
                }
                """);
        page.awaitRow("message", "<b>299</b>");

        assertThat(browser.run("return document.querySelectorAll('#log li').length"))
                .isEqualTo(500L);
        assertThat(page.text("log-count")).isEqualTo("601 rows, the last 500 kept");
        assertThat(browser.run("return document.querySelectorAll('#log b').length"))
                .isEqualTo(0L);
    }

    @Test
    void itFitsAPhoneAndADeskInLightAndDark() throws Exception {
        try {
            for (var dark : List.of(false, true)) {
                for (var width : List.of(360, 1280)) {
                    browser.screen(width, width == 360 ? 740 : 800, width == 360, dark);
                    open();
                    page.connectTo("echo (Python)");
                    page.send("Hello");
                    page.awaitRow("message", "Hello");

                    assertThat(browser.run("return document.documentElement.scrollWidth"))
                            .isEqualTo((long) width);
                    browser.screenshot("demo-" + width + (dark ? "-dark" : "-light"));
                }
            }
        } finally {
            browser.usualScreen();
        }
    }

    /** Presses Tab until the element has the focus, as a person without a mouse does. */
    private void tabTo(String id) {
        for (var i = 0; i < 30; i++) {
            if (id.equals(browser.driver().switchTo().activeElement().getDomAttribute("id"))) {
                browser.press(Keys.END);
                return;
            }
            browser.press(Keys.TAB);
        }
        throw new AssertionError("Tab does not lead to #" + id);
    }

    private static URI index() {
        return URI.create("http://localhost:" + gateway.port() + "/");
    }
}
