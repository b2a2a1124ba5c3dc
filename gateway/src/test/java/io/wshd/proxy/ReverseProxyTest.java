package io.wshd.proxy;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReverseProxyTest {

    private static TestGateway mount(URI upstream, String... settings) {
        return Proxied.at("/app", upstream, settings);
    }

    private static List<String> lines(String head) {
        return head.lines().map(String::toLowerCase).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "/app,                        '',      /",
        "/app/,                       '',      /",
        "/app?q=1,                    '',      /?q=1",
        "/app/a%2Fb%20c%25/%C3%A4;v=1/,'',     /a%2Fb%20c%25/%C3%A4;v=1/",
        "/app//a//b,                  '',      //a//b",
        "/%61pp/x,                    '',      /x",
        "http://example.test:81/app/x?y, '',   /x?y",
        "/app/x?a=%2F+%20&b=c%3Dd?&e=/../,'',  /x?a=%2F+%20&b=c%3Dd?&e=/../",
        "/app/a..b/...,               '',      /a..b/...",
        "/app/x,                      /base,   /base/x",
        "/app/x,                      /base/,  /base/x",
        "/app,                        /base,   /base",
        "/app/,                       /b%2Fc,  /b%2Fc/",
    })
    void thePathArrivesWithoutThePrefixAndOtherwiseByteForByte(String target, String base, String expected)
            throws Exception {
        try (var upstream = RawUpstream.answering(RawUpstream.OK);
                var server = mount(upstream.uri(base))) {
            assertThat(RawHttp.get(server.port(), target).status()).isEqualTo(200);
            assertThat(upstream.heads.getFirst()).startsWith("GET " + expected + " HTTP/1.1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/app/..",
                "/app/../x",
                "/app/%2e%2e/x",
                "/app/.%2E/x",
                "/app/..;/x",
                "/app/..;a=b/x",
                "/app/%2e%2e%3b/x",
                "/app/..%2fx",
                "/app/x%2f..%2fy",
                "/app/..%5cx",
                "/app/./x",
                "/app/x/.",
            })
    void aPathThatLeadsOutOfTheRouteIsRefused(String target) throws Exception {
        try (var upstream = RawUpstream.answering(RawUpstream.OK);
                var server = mount(upstream.uri("/base"))) {
            assertThat(RawHttp.get(server.port(), target).status()).isEqualTo(400);
            assertThat(upstream.heads).isEmpty();
        }
    }

    @Test
    void theUpstreamLearnsWhoAsksAndTheClientCannotClaimToBeAnother() throws Exception {
        try (var upstream = RawUpstream.answering(RawUpstream.OK);
                var server = mount(upstream.uri(""))) {
            RawHttp.get(
                    server.port(),
                    "/app/x",
                    "X-Forwarded-For: 6.6.6.6",
                    "X-Forwarded-Host: evil",
                    "X-Forwarded-Proto: gopher",
                    "X-Forwarded-Port: 6",
                    "X-Forwarded-Prefix: /evil",
                    "X-Forwarded-Server: evil",
                    "X-Forwarded-User: root",
                    "Forwarded: for=6.6.6.6",
                    "X-Real-IP: 6.6.6.6");
            var lines = lines(upstream.heads.getFirst());
            assertThat(lines)
                    .contains(
                            "host: example.test:81",
                            "x-forwarded-for: 127.0.0.1",
                            "x-forwarded-proto: http",
                            "x-forwarded-host: example.test:81",
                            "x-forwarded-port: 81",
                            "x-forwarded-prefix: /app");
            assertThat(lines).noneMatch(line -> line.matches(".*(6\\.6|evil|gopher|root|forwarded-server).*"));
        }
    }

    @Test
    void headersOfTheClientsConnectionStayHere() throws Exception {
        try (var upstream = RawUpstream.answering(RawUpstream.OK);
                var server = mount(upstream.uri(""));
                var client = new RawHttp(server.port())) {
            client.send("""
                    GET /app/x HTTP/1.1\r
                    Host: a\r
                    Connection: keep-alive, X-Mine, Host\r
                    X-Mine: 1\r
                    X-Other: 2\r
                    Keep-Alive: 5\r
                    Proxy-Authorization: secret\r
                    Proxy-Connection: x\r
                    TE: trailers\r
                    Trailer: X\r
                    Upgrade: h2c\r
                    HTTP2-Settings: AA\r
                    \r
                    """);
            client.head();
            assertThat(client.until("ok")).isEqualTo("ok");
            var names = lines(upstream.heads.getFirst()).stream()
                    .map(line -> line.split(":")[0])
                    .toList();
            assertThat(names)
                    .contains("host", "x-other")
                    .doesNotContain(
                            "connection",
                            "x-mine",
                            "keep-alive",
                            "proxy-authorization",
                            "proxy-connection",
                            "te",
                            "upgrade",
                            "http2-settings");
        }
    }

    @Test
    void headersOfTheUpstreamsConnectionStayThere() throws Exception {
        var response =
                "HTTP/1.1 404 Gone Fishing\r\nContent-Length: 2\r\nConnection: close, X-Theirs\r\nX-Theirs: 1\r\n"
                        + "Keep-Alive: timeout=5\r\nUpgrade: h2\r\nProxy-Authenticate: x\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n"
                        + "X-Other: 2\r\n\r\nok";
        try (var upstream = RawUpstream.answering(response);
                var server = mount(upstream.uri(""));
                var client = new RawHttp(server.port())) {
            client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
            var head = client.head();
            assertThat(head).startsWith("HTTP/1.1 404 ");
            assertThat(client.until("ok")).isEqualTo("ok");
            assertThat(lines(head)).contains("x-other: 2", "set-cookie: a=b", "set-cookie: c=d");
            assertThat(lines(head))
                    .noneMatch(line ->
                            line.matches("(x-theirs|upgrade|proxy-authenticate|.*timeout=5|connection: close).*"));
        }
    }

    @Test
    void bodiesPassWithAndWithoutAnAnnouncedLength() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    var chunked = lines(head).contains("transfer-encoding: chunked");
                    var body = new StringBuilder();
                    while (!body.toString().endsWith(chunked ? "\r\n0\r\n\r\n" : "body")) {
                        body.append((char) in.read());
                    }
                    RawUpstream.write(out, RawUpstream.OK);
                    return body.indexOf("body") >= 0;
                });
                var server = mount(upstream.uri(""))) {
            for (var headers : List.of(
                    "Content-Length: 4\r\n\r\nbody", "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n")) {
                try (var client = new RawHttp(server.port())) {
                    client.send("POST /app/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers);
                    assertThat(client.response().status()).as(headers).isEqualTo(200);
                }
            }
        }
    }

    @Test
    void aBodyPastTheBoundGets413HoweverItIsSent() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    in.transferTo(java.io.OutputStream.nullOutputStream());
                    return false;
                });
                var log = new CapturedLog("proxy");
                var server = mount(upstream.uri(""));
                var client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            var body = new byte[3 << 20];
            var known = HttpRequest.BodyPublishers.ofByteArray(body);
            var unknown = HttpRequest.BodyPublishers.fromPublisher(known);
            for (var publisher : List.of(known, unknown)) {
                var request = HttpRequest.newBuilder(server.uri("/app/x"))
                        .POST(publisher)
                        .build();
                var response = client.send(request, HttpResponse.BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(413);
            }
            eventually(() -> assertThat(log.lines()).hasSize(2).allMatch(line -> line.contains("max-body")));
            eventually(() -> assertThat(upstream.open).hasValue(0));
        }
    }

    @Test
    @SuppressWarnings("JdkObsolete") // Two threads use the buffer.
    void anUploadThatBreaksOffIsNotCompletedForTheUpstream() throws Exception {
        var received = new StringBuffer();
        var ended = new CountDownLatch(1);
        try (var upstream = new RawUpstream((head, in, out) -> {
                    try {
                        for (var next = in.read(); next >= 0; next = in.read()) {
                            received.append((char) next);
                        }
                    } finally {
                        ended.countDown();
                    }
                    return false;
                });
                var server = mount(upstream.uri(""))) {
            try (var client = new RawHttp(server.port())) {
                client.send("POST /app/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                eventually(() -> assertThat(received).contains("first"));
            }
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(received.toString()).endsWith("first\r\n");
        }
    }

    @Test
    void anUpstreamThatIsDownGives502AndALineThatNamesIt() throws Exception {
        int port;
        try (var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        assertFailure(URI.create("http://127.0.0.1:" + port), 502, "cannot connect");
    }

    @Test
    void anUpstreamThatHangsUpGives502() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> false)) {
            assertFailure(upstream.uri(""), 502, "no usable answer");
        }
    }

    @Test
    void anUpstreamThatSpeaksNoHttpGives502() throws Exception {
        try (var upstream = RawUpstream.answering("SSH-2.0-OpenSSH_9.2\r\n\r\n")) {
            assertFailure(upstream.uri(""), 502, "no usable answer");
        }
    }

    @Test
    void anUpstreamThatSwitchesProtocolsUnaskedGives502() throws Exception {
        var response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
        try (var upstream = RawUpstream.answering(response)) {
            assertFailure(upstream.uri(""), 502, "101");
        }
    }

    @Test
    void anUpstreamThatDoesNotAnswerInTimeGives504() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> in.read() >= 0)) {
            assertFailure(upstream.uri(""), 504, "PT0.3S", "proxy.first-byte-timeout=300ms");
            eventually(() -> assertThat(upstream.open).hasValue(0));
        }
    }

    @Test
    void anUpstreamThatDoesNotAcceptInTimeGives504() throws Exception {
        // Nobody accepts, and the backlog is full: the system drops further attempts.
        try (var upstream = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var one = new RawHttp(upstream.getLocalPort());
                var two = new RawHttp(upstream.getLocalPort())) {
            assertFailure(
                    URI.create("http://127.0.0.1:" + upstream.getLocalPort()),
                    504,
                    "no connection",
                    "proxy.connect-timeout=300ms",
                    "proxy.retries=0");
        }
    }

    private static void assertFailure(URI upstream, int status, String reason, String... settings) throws Exception {
        try (var log = new CapturedLog("proxy");
                var server = mount(upstream, settings)) {
            var response = RawHttp.get(server.port(), "/app/x?secret", "Accept: text/html");
            assertThat(response.status()).isEqualTo(status);
            assertThat(log.lines()).hasSize(1);
            var line = log.lines().getFirst();
            assertThat(line)
                    .contains(" GET /app/x: " + status + " to upstream " + upstream)
                    .contains(reason);
            assertThat(response.body())
                    .contains(line.split(" ")[0])
                    .endsWith("</html>\n")
                    .doesNotContain(upstream.getAuthority());
        }
    }

    @Test
    void aConnectionThatTheUpstreamClosedMeanwhileIsReplaced() throws Exception {
        try (var upstream = RawUpstream.answering(RawUpstream.OK);
                var server = mount(upstream.uri(""), "proxy.connections=1")) {
            for (var i = 0; i < 20; i++) {
                assertThat(RawHttp.get(server.port(), "/app/x").status()).isEqualTo(200);
                for (var socket : upstream.connections) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void moreRequestsThanConnectionsWaitInsteadOfFailing() throws Exception {
        try (var upstream = RawUpstream.answering(RawUpstream.OK);
                var server = mount(upstream.uri(""), "proxy.connections=16")) {
            var started = new CountDownLatch(1);
            var good = new AtomicInteger();
            var clients = new ArrayList<Thread>();
            for (var i = 0; i < 300; i++) {
                clients.add(Thread.ofVirtual().start(() -> {
                    try {
                        started.await();
                        if (RawHttp.get(server.port(), "/app/x").body().equals("ok")) {
                            good.incrementAndGet();
                        }
                    } catch (IOException | InterruptedException e) {
                        // Not counted.
                    }
                }));
            }
            started.countDown();
            for (var client : clients) {
                client.join(Duration.ofSeconds(20));
            }
            assertThat(good).hasValue(300);
            assertThat(upstream.mostOpen.get()).isLessThanOrEqualTo(16);
        }
    }

    @Test
    void eventsReachTheClientAtOnceAndItsLeavingReachesTheUpstream() throws Exception {
        var more = new CountDownLatch(1);
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(
                            out,
                            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                    + "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n");
                    more.await(10, TimeUnit.SECONDS);
                    for (var i = 0; i < 1000; i++) {
                        RawUpstream.write(out, "9\r\ndata: 2\n\n\r\n");
                        TimeUnit.MILLISECONDS.sleep(10);
                    }
                    return false;
                });
                var server = mount(upstream.uri(""))) {
            try (var client = new RawHttp(server.port())) {
                client.send("GET /app/events HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 200");
                assertThat(client.until("\n\n")).endsWith("data: 1\n\n");
                more.countDown();
                assertThat(client.until("\n\n")).endsWith("data: 2\n\n");
            }
            eventually(() -> assertThat(upstream.open).hasValue(0));
        }
    }

    @Test
    void aRefusedUpgradeReachesTheClientAndItsConnectionServesOthers() throws Exception {
        var response = "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n";
        try (var upstream = RawUpstream.answering(response);
                var server = mount(upstream.uri(""), "proxy.connections=1")) {
            for (var i = 0; i < 6; i++) {
                var refused = RawHttp.get(server.port(), "/app/x", "Connection: Upgrade", "Upgrade: websocket");
                assertThat(refused.status()).isEqualTo(426);
            }
            // One for each I/O thread, at most.
            assertThat(upstream.connections)
                    .hasSizeLessThanOrEqualTo(Runtime.getRuntime().availableProcessors());
        }
    }
}
