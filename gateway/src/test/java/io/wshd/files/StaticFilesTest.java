package io.wshd.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.MountedHandler;
import io.wshd.RawHttp;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {

    private static final Instant OLD = Instant.parse("2024-02-29T12:00:00.5Z");
    private static final String OLD_DATE = "Thu, 29 Feb 2024 12:00:00 GMT";

    @TempDir
    private Path temporary;

    private Path root;
    private MountedHandler server;

    @BeforeEach
    void start() throws IOException {
        root = Files.createDirectory(temporary.resolve("www"));
        write("index.html", "home");
        write("a.txt", "0123456789");
        write("sub dir/index.html", "sub");
        Files.createDirectory(root.resolve("empty"));
        Files.setLastModifiedTime(root.resolve("a.txt"), FileTime.from(OLD));
        write("../secret.txt", "secret");
        server = new MountedHandler("/docs", new StaticFiles(root));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void write(String path, String content) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private RawHttp.Response get(String path, String... headers) throws IOException {
        return RawHttp.get(server.port(), "/docs" + path, headers);
    }

    @Test
    void aFileComesWithItsTypeLengthDateAndTag() throws Exception {
        var response = get("/a.txt");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("0123456789");
        assertThat(response.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(response.header("Content-Length")).isEqualTo("10");
        assertThat(response.header("Last-Modified")).isEqualTo(OLD_DATE);
        assertThat(response.header("ETag")).matches("\"[0-9a-f]+-a\"");
        assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void headGetsTheHeadersAndNoBody() throws Exception {
        var response = RawHttp.ask(server.port(), "HEAD", "/docs/a.txt");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Content-Length")).isEqualTo("10");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void aDirectoryIsItsIndex() throws Exception {
        assertThat(get("/").body()).isEqualTo("home");
        assertThat(get("/sub%20dir/").body()).isEqualTo("sub");
    }

    @Test
    void aDirectoryWithoutAnIndexIsNeitherListedNorConfirmed() throws Exception {
        assertThat(get("/empty/").status()).isEqualTo(404);
        assertThat(get("/empty").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "/docs,              /docs/",
        "/docs?a=%2F&b,      /docs/?a=%2F&b",
        "/docs/sub%20dir?q,  /docs/sub%20dir/?q",
        "/docs//sub%20dir,   /docs//sub%20dir/",
        "http://example.test:81/docs/sub%20dir, /docs/sub%20dir/",
    })
    void aDirectoryWithoutItsSlashIsRedirectedWithinTheRoute(String target, String location) throws Exception {
        var response = RawHttp.get(server.port(), target);
        assertThat(response.status()).isEqualTo(301);
        assertThat(response.header("Location")).isEqualTo(location);
    }

    @Test
    void aRedirectNeverLeadsToAnotherHost() throws Exception {
        write("evil.test/index.html", "");
        try (var atRoot = new MountedHandler("/", new StaticFiles(root))) {
            for (var target : new String[] {"//evil.test", "///evil.test", "http://example.test:81//evil.test"}) {
                var location = RawHttp.get(atRoot.port(), target).header("Location");
                assertThat(location).isEqualTo("/evil.test/");
            }
        }
    }

    @Test
    void aFileIsNoDirectory() throws Exception {
        assertThat(get("/a.txt/").status()).isEqualTo(404);
        assertThat(get("/a.txt/index.html").status()).isEqualTo(404);
    }

    @Test
    void aTagThatStillFitsGives304WithTheTag() throws Exception {
        var tag = get("/a.txt").header("ETag");
        for (var condition : new String[] {tag, "W/" + tag, "\"x\", " + tag, "*"}) {
            var response = get("/a.txt", "If-None-Match: " + condition);
            assertThat(response.status()).as(condition).isEqualTo(304);
            assertThat(response.header("ETag")).isEqualTo(tag);
            assertThat(response.body()).isEmpty();
        }
        assertThat(get("/a.txt", "If-None-Match: \"x\"").status()).isEqualTo(200);
    }

    @Test
    void theDateOfAFileGives304AndAnEarlierOneTheFile() throws Exception {
        assertThat(get("/a.txt", "If-Modified-Since: " + OLD_DATE).status()).isEqualTo(304);
        assertThat(get("/a.txt", "If-Modified-Since: Thu, 29 Feb 2024 11:59:59 GMT")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theTagDecidesWhereADateStandsBesideIt() throws Exception {
        var response = get("/a.txt", "If-None-Match: \"x\"", "If-Modified-Since: " + OLD_DATE);
        assertThat(response.status()).isEqualTo(200);
    }

    @Test
    void anUnmetPreconditionGives412() throws Exception {
        var tag = get("/a.txt").header("ETag");
        assertThat(get("/a.txt", "If-Match: \"x\"").status()).isEqualTo(412);
        assertThat(get("/a.txt", "If-Match: " + tag).status()).isEqualTo(200);
        assertThat(get("/a.txt", "If-Unmodified-Since: Thu, 29 Feb 2024 11:59:58 GMT")
                        .status())
                .isEqualTo(412);
        assertThat(get("/a.txt", "If-Unmodified-Since: " + OLD_DATE).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"0-3, 0123, bytes 0-3/10", "7-, 789, bytes 7-9/10", "-2, 89, bytes 8-9/10", "8-99, 89, bytes 8-9/10"})
    void aRangeGives206(String range, String body, String contentRange) throws Exception {
        var response = get("/a.txt", "Range: bytes=" + range);
        assertThat(response.status()).isEqualTo(206);
        assertThat(response.body()).isEqualTo(body);
        assertThat(response.header("Content-Range")).isEqualTo(contentRange);
    }

    @Test
    void aRangeBehindTheEndGives416WithTheSize() throws Exception {
        var response = get("/a.txt", "Range: bytes=10-");
        assertThat(response.status()).isEqualTo(416);
        assertThat(response.header("Content-Range")).isEqualTo("bytes */10");
    }

    @Test
    void aRangeOfAnotherVersionGivesTheWholeFile() throws Exception {
        var tag = get("/a.txt").header("ETag");
        assertThat(get("/a.txt", "Range: bytes=0-3", "If-Range: " + tag).status())
                .isEqualTo(206);
        assertThat(get("/a.txt", "Range: bytes=0-3", "If-Range: \"x\"").status())
                .isEqualTo(200);
        assertThat(get("/a.txt", "Range: bytes=0-3", "If-Range: W/" + tag).status())
                .isEqualTo(200);
        assertThat(get("/a.txt", "Range: bytes=0-3", "If-Range: " + OLD_DATE).status())
                .isEqualTo(206);
        assertThat(get("/a.txt", "Range: bytes=0-3", "If-Range: Fri, 01 Mar 2024 12:00:00 GMT")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anEmptyFileIsServed() throws Exception {
        write("none.css", "");
        var response = get("/none.css");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Content-Length")).isEqualTo("0");
    }

    @Test
    void aChangedFileIsServedAtOnceWithAnotherTag() throws Exception {
        var before = get("/a.txt");
        write("a.txt", "changed");
        var after = get("/a.txt", "If-None-Match: " + before.header("ETag"));
        assertThat(after.body()).isEqualTo("changed");
        assertThat(after.header("ETag")).isNotEqualTo(before.header("ETag"));
    }

    @Test
    void methodsThatDoNotReadAreRefusedAndNamed() throws Exception {
        for (var method : new String[] {"POST", "PUT", "DELETE", "PATCH", "TRACE"}) {
            var response = RawHttp.ask(server.port(), method, "/docs/a.txt");
            assertThat(response.status()).as(method).isEqualTo(405);
            assertThat(response.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
        }
        var options = RawHttp.ask(server.port(), "OPTIONS", "/docs/a.txt");
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    }

    @Test
    void hiddenFilesAreNotThereExceptWellKnown() throws Exception {
        write(".env", "secret");
        write(".git/config", "secret");
        write("sub dir/.hidden/a.txt", "secret");
        write(".well-known/security.txt", "contact");
        for (var path : new String[] {"/.env", "/%2eenv", "/.git/config", "/sub%20dir/.hidden/a.txt", "/..env"}) {
            assertThat(get(path).status()).as(path).isEqualTo(404);
        }
        assertThat(get("/.well-known/security.txt").body()).isEqualTo("contact");
    }

    @Test
    void linksAreFollowedWithinTheDirectoryOnly() throws Exception {
        write(".env", "secret");
        Files.createSymbolicLink(root.resolve("inside.txt"), Path.of("a.txt"));
        Files.createSymbolicLink(root.resolve("outside.txt"), Path.of("../secret.txt"));
        Files.createSymbolicLink(root.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(root.resolve("hidden.txt"), Path.of(".env"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        assertThat(get("/inside.txt").body()).isEqualTo("0123456789");
        for (var path : new String[] {"/outside.txt", "/up/secret.txt", "/up/www/a.txt/", "/hidden.txt", "/loop"}) {
            assertThat(get(path).status()).as(path).isEqualTo(404);
        }
    }

    @Test
    void theDirectoryItselfMayBeALinkThatIsSwitchedOver() throws Exception {
        Files.writeString(Files.createDirectory(temporary.resolve("next")).resolve("index.html"), "next");
        var current = Files.createSymbolicLink(temporary.resolve("current"), root);
        try (var linked = new MountedHandler("/", new StaticFiles(current))) {
            assertThat(RawHttp.get(linked.port(), "/").body()).isEqualTo("home");
            Files.delete(current);
            Files.createSymbolicLink(current, temporary.resolve("next"));
            assertThat(RawHttp.get(linked.port(), "/").body()).isEqualTo("next");
        }
    }

    @Test
    void aPipeIsNotOpened() throws Exception {
        var pipe = root.resolve("pipe.txt");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThat(get("/pipe.txt").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret.txt",
                "/sub%20dir/../../secret.txt",
                "/%2e%2e/secret.txt",
                "/%2E%2E/secret.txt",
                "/.%2e/secret.txt",
                "/..%2fsecret.txt",
                "/%2e%2e%2fsecret.txt",
                "/..%5csecret.txt",
                "/..\\secret.txt",
                "/%252e%252e/secret.txt",
                "/%252e%252e%252fsecret.txt",
                "/..;/secret.txt",
                "/..;x=y/secret.txt",
                "/.;/a.txt",
                "/;/a.txt",
                "/a.txt;x=y",
                "/a.txt%00",
                "/a.txt%00.html",
                "/%c0%ae%c0%ae/secret.txt",
                "/%e0%80%ae%e0%80%ae/secret.txt",
                "/%u002e%u002e/secret.txt",
                "/..%c0%afsecret.txt",
                "/..%ef%bc%8fsecret.txt",
                "/a.txt%0a",
                "/a.txt%7f",
                "/%",
                "/%zz",
                "/a.txt::$DATA",
                "/C:/a.txt",
                "/con",
                "/a.txt.",
                "/a.txt%20",
                "/A.TXT",
                "/./a.txt",
                "/a.txt/..",
                "/sub%20dir%2findex.html",
                "/\u00ff",
                "/./../docs/../../secret.txt",
            })
    void aPathThatMeansSomethingElseThanAFileIsRefused(String path) throws Exception {
        var response = get(path);
        assertThat(response.status()).isIn(400, 404);
        assertThat(response.body()).doesNotContain("secret", "0123456789");
    }

    @ParameterizedTest
    @CsvSource({
        "a.mjs, text/javascript; charset=utf-8",
        "a.js, text/javascript; charset=utf-8",
        "a.CSS, text/css; charset=utf-8",
        "a.html, text/html; charset=utf-8",
        "a.md, text/markdown; charset=utf-8",
        "a.wasm, application/wasm",
        "a.webmanifest, application/manifest+json",
        "a.svg, image/svg+xml",
        "a.json, application/json",
        "a.woff2, font/woff2",
        "a.avif, image/avif",
        "a.webp, image/webp",
        "a.png, image/png",
        "js, application/octet-stream",
        "a.unknown, application/octet-stream",
    })
    void everyTypeThatPagesNeedIsKnown(String name, String type) throws Exception {
        write(name, "x");
        assertThat(get("/" + name).header("Content-Type")).isEqualTo(type);
    }

    @Test
    void namesWithUnusualCharactersAreFound() throws Exception {
        write("100% ü+;.txt", "x");
        assertThat(get("/100%25%20%C3%BC+%3B.txt").body()).isEqualTo("x");
    }

    @Test
    void aLargeFileArrivesWhole() throws Exception {
        var large = new byte[40 << 20];
        for (var i = 0; i < large.length; i += 4096) {
            large[i] = (byte) (i >> 12);
        }
        Files.write(root.resolve("large.bin"), large);
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(server.uri("/docs/large.bin")).build();
            var response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.body()).isEqualTo(large);
        }
    }
}
