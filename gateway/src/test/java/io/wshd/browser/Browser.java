package io.wshd.browser;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A headless Chromium with an empty profile of its own, driven by the chromedriver of the same system. Every wait is
 * bounded. For one thread.
 */
public final class Browser implements AutoCloseable {

    /** The first connection of all waits for the interpreter to start; the rest is far quicker. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    /** Relative to the module, where Maven runs the tests. */
    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    /** Held here because the loggers of java.util.logging are forgotten, with their level, when nobody holds them. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final Path profile;
    private final ChromeDriver driver;

    private Browser(Path profile, ChromeDriver driver) {
        this.profile = profile;
        this.driver = driver;
    }

    /** Starts it; needs {@code chromium} and {@code chromedriver} on the PATH. */
    public static Browser start() throws IOException {
        // It warns that it has no typed client for this version's DevTools, which is not used here.
        SELENIUM.setLevel(Level.SEVERE);
        var profile = Files.createTempDirectory("wshd-browser");
        var options = new ChromeOptions();
        options.setBinary(onPath("chromium"));
        options.addArguments(
                "--headless",
                "--window-size=1280,800",
                "--user-data-dir=" + profile,
                "--lang=en",
                // Containers often have a /dev/shm too small for a page.
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                // Timers of a page that is not in front run as usual: the chat has two pages.
                "--disable-background-timer-throttling",
                "--disable-renderer-backgrounding");
        if ("root".equals(System.getProperty("user.name"))) {
            // Chromium refuses to run as root with its sandbox.
            options.addArguments("--no-sandbox");
        }
        // With both programs named, Selenium does not look for downloads.
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(onPath("chromedriver"))
                .usingAnyFreePort()
                .withSilent(true)
                .build();
        options.setPageLoadTimeout(PATIENCE);
        return new Browser(profile, new ChromeDriver(service, options));
    }

    public WebDriver driver() {
        return driver;
    }

    /** Opens a page in the current window. */
    public void open(URI page) {
        driver.get(page.toString());
    }

    /** Opens another window beside the present one and turns to it. */
    public void newWindow() {
        driver.switchTo().newWindow(WindowType.TAB);
    }

    /** The window that commands go to at present. */
    public String window() {
        return driver.getWindowHandle();
    }

    public void turnTo(String window) {
        driver.switchTo().window(window);
    }

    /** Presses keys, one after the other, wherever the focus is. */
    public void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Runs JavaScript in the page and returns what it returns. */
    public Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Makes the page's window look like this until {@link #usualScreen()}; sizes in CSS pixels. */
    void screen(int width, int height, boolean phone, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
        var scheme = Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", new Object[] {scheme}));
    }

    void usualScreen() {
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", new Object[0]));
    }

    /**
     * Waits until the condition holds; an element that has gone, since the page is being replaced, is no failure. Fails with
     * the page's text when it does not hold in time.
     */
    public void await(String expected, BooleanSupplier condition) {
        try {
            new WebDriverWait(driver, PATIENCE, Duration.ofMillis(30))
                    .ignoring(StaleElementReferenceException.class)
                    .until(page -> condition.getAsBoolean());
        } catch (TimeoutException _) {
            throw new AssertionError("not within %d s: %s. The page says:%n%s"
                    .formatted(PATIENCE.toSeconds(), expected, run("return document.body.innerText")));
        }
    }

    /** Waits until the text contains what is expected. */
    public void awaitText(Supplier<String> text, String expected) {
        await("a text with " + expected, () -> text.get().contains(expected));
    }

    /** Keeps a picture of the page as {@code target/screenshots/NAME.png}. */
    public Path screenshot(String name) throws IOException {
        Files.createDirectories(SCREENSHOTS);
        return Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() throws IOException {
        driver.quit();
        try (var files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (UncheckedIOException _) {
            // Chromium's last processes may still be deleting files of theirs under the walk.
        }
    }

    private static File onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> new File(directory, program))
                .filter(File::canExecute)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(program + " is not on the PATH"));
    }
}
