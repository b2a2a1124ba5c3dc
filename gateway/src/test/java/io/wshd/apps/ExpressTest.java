package io.wshd.apps;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.Needs;
import io.wshd.TestGateway;
import io.wshd.browser.Browser;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/** An application made with Express and multer: a form, uploads, redirects and cookies. */
@Needs({"node", "npm:express", "npm:multer"})
@Timeout(180)
class ExpressTest {

    private static final int LARGE = 64 << 20;

    @TempDir
    private Path uploads;

    @TempDir
    private Path ours;

    private App app;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        app = App.node("uploads.mjs", uploads.toString());
        gateway = app.under("/files", "", "http.max-body=100MiB");
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        app.close();
    }

    @Test
    @Needs({"chromium", "chromedriver"})
    void aFormUploadsAFileAndLandsOnThePageThatTheApplicationRedirectsTo() throws Exception {
        var content = bytes(3_000_000);
        var file = Files.write(ours.resolve("picture.bin"), content);
        try (var browser = Browser.start()) {
            browser.open(URI.create("http://localhost:" + gateway.port() + "/files/"));
            var page = browser.driver();
            page.findElement(By.name("note")).sendKeys("holiday");
            page.findElement(By.name("file")).sendKeys(file.toString());
            page.findElement(By.tagName("button")).click();
            browser.awaitText(() -> page.findElement(By.tagName("body")).getText(), "sha256");
            assertThat(page.getCurrentUrl()).startsWith("http://localhost:" + gateway.port() + "/files/uploads/");
            assertThat(page.findElement(By.tagName("body")).getText())
                    .contains("\"original\":\"picture.bin\"", "\"size\":3000000", "\"client\":\"127.0.0.1\"")
                    .contains("\"sha256\":\"" + sha256(new ByteArrayInputStream(content)) + "\"")
                    // Both cookies came back, so their paths fit what the browser sees.
                    .contains("session=abc", "last=holiday")
                    // What the application builds its links of is the page's own address.
                    .contains("\"url\":\"" + page.getCurrentUrl() + "\"");
        }
    }

    @Test
    void aLargeUploadComesBackWhole() throws Exception {
        try (var client = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            var request = HttpRequest.newBuilder(gateway.uri("/files/uploads"))
                    .header("Content-Type", "multipart/form-data; boundary=end-of-part")
                    .POST(HttpRequest.BodyPublishers.ofInputStream(ExpressTest::multipart))
                    .build();
            var answer = client.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.uri().getPath()).startsWith("/files/uploads/");
            assertThat(answer.body())
                    .contains("\"size\":" + LARGE, "\"sha256\":\"" + sha256(large()) + "\"", "last=big");

            var content = HttpRequest.newBuilder(URI.create(answer.uri().toString() + "/content"))
                    .build();
            var download = client.send(content, BodyHandlers.ofInputStream());
            assertThat(download.headers().firstValueAsLong("Content-Length")).hasValue(LARGE);
            assertThat(sha256(download.body())).isEqualTo(sha256(large()));
        }
    }

    private static InputStream multipart() {
        var head = """
                --end-of-part\r
                Content-Disposition: form-data; name="note"\r
                \r
                big\r
                --end-of-part\r
                Content-Disposition: form-data; name="file"; filename="large.bin"\r
                Content-Type: application/octet-stream\r
                \r
                """;
        return new SequenceInputStream(
                Collections.enumeration(List.of(text(head), large(), text("\r\n--end-of-part--\r\n"))));
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static InputStream large() {
        return new ByteArrayInputStream(bytes(LARGE));
    }

    private static byte[] bytes(int size) {
        var bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(InputStream in) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        try (var through = new DigestInputStream(in, digest)) {
            through.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
