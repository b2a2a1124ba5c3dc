package io.wshd.browser;

import java.net.URI;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

/** One window with www/index.html, and what a person can do and see there. */
final class DemoPage {

    private final Browser browser;
    private final String window;

    /** Opens the page in the browser's current window. */
    DemoPage(Browser browser, URI page) {
        this.browser = browser;
        this.window = browser.window();
        browser.open(page);
    }

    /** Picks a handler from the list, presses Connect and waits for the connection. */
    void connectTo(String handler) {
        new Select(element("handler")).selectByVisibleText(handler);
        click("connect");
        awaitState("OPEN 1");
    }

    void click(String id) {
        element(id).click();
    }

    /** Replaces what the field holds. */
    void type(String id, String text) {
        var field = element(id);
        field.clear();
        field.sendKeys(text);
    }

    void send(String text) {
        type("text", text);
        click("send");
    }

    String text(String id) {
        return element(id).getText();
    }

    /** The texts of the log's rows of this kind: sent, message, open, error or close. */
    List<String> rows(String kind) {
        browser.turnTo(window);
        return browser.driver().findElements(By.cssSelector("#log ." + kind + " .data")).stream()
                .map(WebElement::getText)
                .toList();
    }

    /** The type and size of the newest row of this kind, such as {@code text 5 B}. */
    String newest(String kind) {
        browser.turnTo(window);
        var row = browser.driver().findElements(By.cssSelector("#log ." + kind)).getLast();
        return row.findElement(By.className("type")).getText()
                + " "
                + row.findElement(By.className("size")).getText();
    }

    void awaitRow(String kind, String text) {
        browser.await(
                "a row " + kind + " with " + text, () -> rows(kind).stream().anyMatch(row -> row.contains(text)));
    }

    /** Waits until the state, name and number, is the one marked. */
    void awaitState(String state) {
        browser.turnTo(window);
        browser.await("readyState " + state, () -> state.equals(state()));
    }

    /** The state that is marked, name and number; empty before the first connection. */
    String state() {
        browser.turnTo(window);
        return browser.driver().findElements(By.cssSelector("#states [aria-current]")).stream()
                .map(WebElement::getText)
                .findFirst()
                .orElse("");
    }

    private WebElement element(String id) {
        browser.turnTo(window);
        return browser.driver().findElement(By.id(id));
    }
}
