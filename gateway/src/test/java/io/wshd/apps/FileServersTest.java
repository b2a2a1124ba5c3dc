package io.wshd.apps;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.Needs;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files behind other people's web servers. */
@Timeout(180)
class FileServersTest {

    private static final byte[] LARGE = new byte[20_000_000];

    static {
        new Random(1).nextBytes(LARGE);
    }

    private Path work;
    private Path site;

    @BeforeEach
    void files() throws Exception {
        // Workers of a server that was started as root are somebody else, who has to get in.
        work = Files.createTempDirectory("wshd-servers").toRealPath();
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        site = Files.createDirectory(work.resolve("site"));
        Files.writeString(site.resolve("index.html"), "the root");
        Files.createDirectory(site.resolve("below"));
        Files.writeString(site.resolve("below/index.html"), "below");
        Files.writeString(site.resolve("long.txt"), "word ".repeat(2000));
        Files.writeString(site.resolve("a b&ü.txt"), "odd name");
        Files.write(site.resolve("large.bin"), LARGE);
    }

    @AfterEach
    void remove() throws Exception {
        try (var files = Files.walk(work)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    @Test
    @Needs("python3")
    void pythonsServer() throws Exception {
        try (var app = FileServers.python(site);
                var gateway = app.under("/files", "")) {
            servesFiles(gateway);
            Files.delete(site.resolve("index.html"));
            assertThat(get(gateway, "/files/").body()).contains("<a href=\"below/\">");
        }
    }

    @Test
    @Needs("nginx")
    void nginx() throws Exception {
        try (var app = FileServers.nginx(work, site);
                var gateway = app.under("/files", "")) {
            servesFiles(gateway);
            servesRangesAndCompressed(gateway);
        }
    }

    @Test
    @Needs("apache2")
    void httpd() throws Exception {
        try (var app = FileServers.httpd(work, site);
                var gateway = app.under("/files", "")) {
            servesFiles(gateway);
            servesRangesAndCompressed(gateway);
        }
    }

    /** Another one of ours, with files and a script, and an application of its own behind it. */
    @Test
    @Needs("python3")
    void anotherGateway() throws Exception {
        try (var app = FileServers.python(site);
                var inner = TestGateway.with(
                        "conf/gateway.conf", """
                        listeners { http { bind = "127.0.0.1:0" } }
                        trusted-proxies = ["127.0.0.1"]
                        hosts { "*" { routes {
                          "/" { files = %s, handlers = "handlers" }
                          "/app" { proxy = "%s" }
                        } } }
                        """.formatted(App.quoted(site), app.url()), "handlers/echo_wsh.mjs", """
                        export async function webSocketDoExtraHandshake(request) {}
                        export async function webSocketTransferData(request) {
                          for await (const message of request.stream) await request.stream.send(message);
                        }
                        """);
                var gateway = TestGateway.with("conf/gateway.conf", """
                        listeners { http { bind = "127.0.0.1:0" } }
                        hosts { "*" { routes { "/files" { proxy = "%s" } } } }
                        """.formatted(inner.uri("")))) {
            servesFiles(gateway);
            servesRangesAndCompressed(gateway, false);
            assertThat(get(gateway, "/files/app/below").uri()).isEqualTo(gateway.uri("/files/app/below/"));
            try (var socket = gateway.connect("/files/echo")) {
                assertThat(socket.ask("grüße")).isEqualTo("grüße");
                var bytes = new byte[500_000];
                socket.send(bytes);
                assertThat(socket.receive()).isEqualTo(bytes);
                assertThat(socket.finish().code()).isEqualTo(1000);
            }
        }
    }

    private static void servesFiles(TestGateway gateway) throws Exception {
        assertThat(get(gateway, "/files/").body()).isEqualTo("the root");
        // The redirect of a directory to itself with a slash leads back through the gateway.
        var below = get(gateway, "/files/below");
        assertThat(below.uri()).isEqualTo(gateway.uri("/files/below/"));
        assertThat(below.body()).isEqualTo("below");
        assertThat(get(gateway, "/files/a%20b&%C3%BC.txt").body()).isEqualTo("odd name");
        assertThat(get(gateway, "/files/none").statusCode()).isEqualTo(404);

        var head = RawHttp.ask(gateway.port(), "HEAD", "/files/long.txt");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("10000");
        assertThat(head.body()).isEmpty();
        var known =
                RawHttp.get(gateway.port(), "/files/long.txt", "If-Modified-Since: " + head.header("Last-Modified"));
        assertThat(known.status()).isEqualTo(304);

        try (var client = client();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var request =
                    HttpRequest.newBuilder(gateway.uri("/files/large.bin")).build();
            var downloads = threads.invokeAll(IntStream.range(0, 8)
                    .<Callable<byte[]>>mapToObj(i -> () ->
                            client.send(request, BodyHandlers.ofByteArray()).body())
                    .toList());
            for (var download : downloads) {
                assertThat(download.get()).isEqualTo(LARGE);
            }
        }
    }

    private static void servesRangesAndCompressed(TestGateway gateway) throws Exception {
        servesRangesAndCompressed(gateway, true);
    }

    private static void servesRangesAndCompressed(TestGateway gateway, boolean compressed) throws Exception {
        var range = get(gateway, "/files/long.txt", "Range", "bytes=5-9");
        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.body()).isEqualTo("word ");
        assertThat(range.headers().firstValue("Content-Range")).hasValue("bytes 5-9/10000");
        if (compressed) {
            try (var client = client()) {
                var request = HttpRequest.newBuilder(gateway.uri("/files/long.txt"))
                        .header("Accept-Encoding", "gzip")
                        .build();
                var answer = client.send(request, BodyHandlers.ofByteArray());
                assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
                var plain = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
                assertThat(plain).hasSize(10_000);
            }
        }
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    private static HttpResponse<String> get(TestGateway gateway, String path, String... headers) throws Exception {
        try (var client = client()) {
            var request = HttpRequest.newBuilder(gateway.uri(path));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }
}
