package io.wshd.proxy;

import static io.wshd.Eventually.eventually;
import static io.wshd.proxy.Proxied.ask;
import static io.wshd.proxy.Proxied.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that do what they should not, and what their clients see of it. */
class BadUpstreamTest {

    // ---- half an answer

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 10\r\n\r\nhalf",
                "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
                "Transfer-Encoding: chunked\r\n\r\n8\r\nhalf",
                "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nx",
            })
    void anAnswerThatBreaksOffBreaksOffForTheClientToo(String answer) throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(out, "HTTP/1.1 200 OK\r\n" + answer);
                    return false;
                });
                var log = new CapturedLog("proxy");
                var gateway = Proxied.at("/app", upstream.uri(""))) {
            for (var header : List.of("", "Connection: close\r\n")) {
                try (var client = new RawHttp(gateway.port())) {
                    client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n" + header + "\r\n");
                    // A client that counts sees that something is missing.
                    assertThat(client.rest())
                            .doesNotContain("0\r\n\r\n")
                            .matches(got ->
                                    got.isEmpty() || got.contains("chunked") || got.contains("Content-Length: 10"));
                }
            }
            assertThat(upstream.heads).hasSize(2);
            eventually(() -> assertThat(log.text()).contains("broke off"));
        }
    }

    @Test
    void anAnswerThatEndsWithTheConnectionIsWhole() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(out, "HTTP/1.0 200 OK\r\n\r\nall of it");
                    return false;
                });
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.head()).contains("Transfer-Encoding: chunked");
            assertThat(client.until("0\r\n\r\n")).contains("all of it");
            assertThat(RawHttp.get(gateway.port(), "/app/x").body()).contains("all of it");
        }
    }

    @Test
    void anAnswerThatSaysNothingOnAndOnIsCutOff() throws Exception {
        var left = new CountDownLatch(1);
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    left.await(20, TimeUnit.SECONDS);
                    return false;
                });
                var log = new CapturedLog("proxy");
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.idle-timeout=300ms");
                var client = new RawHttp(gateway.port())) {
            client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
            client.head();
            assertThat(client.rest()).isEqualTo("half");
            eventually(() -> assertThat(log.text()).contains("the server sent nothing for PT0.3S"));
            left.countDown();
        }
    }

    // ---- silence

    @Test
    void theTotalTimeoutEndsAnExchangeThatIsNeverIdle() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    while (true) {
                        RawUpstream.write(out, "1\r\na\r\n");
                        TimeUnit.MILLISECONDS.sleep(20);
                    }
                });
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.total-timeout=500ms");
                var client = new RawHttp(gateway.port())) {
            client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.rest()).contains("1\r\na\r\n").doesNotContain("0\r\n\r\n");
            eventually(() -> assertThat(upstream.open).hasValue(0));
        }
    }

    @Test
    void aServerThatDoesNotReadIsGivenUp() throws Exception {
        var done = new CountDownLatch(1);
        try (var upstream = new RawUpstream((head, in, out) -> {
                    done.await(20, TimeUnit.SECONDS);
                    return false;
                });
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.idle-timeout=500ms", "http.max-body=1GiB");
                var client = new RawHttp(gateway.port())) {
            client.send("POST /app/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
            var sending = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        client.send("a".repeat(1 << 16));
                    }
                } catch (IOException e) {
                    // The gateway has closed the connection.
                }
            });
            assertThat(status(client.head())).isEqualTo(504);
            client.close();
            sending.join();
            done.countDown();
        }
    }

    @Test
    void aClientThatStopsSendingIsToldSo() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> in.read() >= 0);
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.idle-timeout=300ms");
                var client = new RawHttp(gateway.port())) {
            client.send("POST /app/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo");
            assertThat(status(client.head())).isEqualTo(408);
        }
    }

    // ---- garbage

    @ParameterizedTest
    @CsvSource({
        "'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', Content-Length",
        "'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', Content-Length",
        "'HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n', Content-Length",
        "'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', Transfer-Encoding",
        "'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', Transfer-Encoding",
        "'HTTP/1.1 200 OK\r\nno colon\r\n\r\n', no colon",
        "'\u0000\u0001\u0002\r\n\r\n', no HTTP",
    })
    void anAnswerThatIsNoneGives502AndTheLogSaysWhy(String answer, String reason) throws Exception {
        try (var upstream = RawUpstream.answering(answer);
                var log = new CapturedLog("proxy");
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.retries=0")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(502);
            assertThat(log.text()).contains("no usable answer").contains(reason);
        }
    }

    @Test
    void aHeadWithoutEndIsNotReadToItsEnd() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(out, "HTTP/1.1 200 OK\r\n");
                    for (int i = 0; true; i++) {
                        RawUpstream.write(out, "X-" + i + ": more and more\r\n");
                    }
                });
                var log = new CapturedLog("proxy");
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.retries=0")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(502);
            assertThat(log.text()).contains("larger than max-response-header");
        }
    }

    @Test
    void moreValuesOfOneHeaderThanCanBeKeptAreRefused() throws Exception {
        try (var upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\n" + "A: 1\r\n".repeat(200) + "\r\n");
                var log = new CapturedLog("proxy");
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.retries=0")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(502);
            assertThat(log.text()).contains("more than 127 headers A");
        }
    }

    @Test
    void bytesBehindAnAnswerAreNotTakenForTheNextOne() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(out, RawUpstream.OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
                    return true;
                });
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            for (int i = 0; i < 5; i++) {
                client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
                client.head();
                assertThat(client.until("ok")).isEqualTo("ok");
            }
            assertThat(upstream.connections).hasSize(5);
        }
    }

    @Test
    void lengthAndChunkedTogetherAreReadAsChunked() throws Exception {
        try (var upstream = RawUpstream.answering(
                        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.head().toLowerCase(Locale.ROOT))
                    .contains("chunked")
                    .doesNotContain("content-length");
            assertThat(client.until("0\r\n\r\n")).isEqualTo("02\r\nok\r\n0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"304 Not Modified", "204 No Content"})
    void anAnswerWithoutBodyIsNotWaitedForWhateverItsLengthSays(String status) throws Exception {
        try (var upstream = RawUpstream.answering("HTTP/1.1 " + status + "\r\nContent-Length: 1234\r\n\r\n");
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            for (int i = 0; i < 3; i++) {
                client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 " + status);
            }
            assertThat(upstream.connections).hasSize(1);
        }
    }

    // ---- an answer before the end of the request

    @ParameterizedTest
    @ValueSource(strings = {"close", "keep-alive"})
    void anAnswerBeforeTheBodyWasReadReachesTheClient(String connection) throws Exception {
        var answer = "HTTP/1.1 403 Forbidden\r\nConnection: " + connection + "\r\nContent-Length: 2\r\n\r\nno";
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(out, answer);
                    // Closes with unread bytes in its buffer: the client's next write is answered with a reset.
                    return head.startsWith("GET");
                });
                var gateway = Proxied.at("/app", upstream.uri(""), "http.max-body=1GiB")) {
            for (int i = 0; i < 10; i++) {
                try (var client = new RawHttp(gateway.port())) {
                    client.send("POST /app/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n");
                    var sending = Thread.ofVirtual().start(() -> {
                        try {
                            for (int sent = 0; sent < 5_000_000; sent += 50_000) {
                                client.send("a".repeat(50_000));
                            }
                        } catch (IOException e) {
                            // Some of it is not wanted.
                        }
                    });
                    assertThat(status(client.head())).isEqualTo(403);
                    assertThat(client.until("no")).isEqualTo("no");
                    sending.join();
                    if (connection.equals("keep-alive")) {
                        // What is left of the body was dropped, and the connection is good for more.
                        client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
                        assertThat(status(client.head())).isEqualTo(403);
                    }
                }
            }
            assertThat(upstream.heads.stream().filter(head -> head.startsWith("POST")))
                    .hasSize(10);
        }
    }

    @Test
    void aBodyIsSentOnWhileTheAnswerIsOnItsWay() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
                    for (int i = 0; i < 4; i++) {
                        out.write(in.read());
                        out.flush();
                    }
                    return true;
                });
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            client.send("POST /app/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
            client.head();
            for (var letter : List.of("b", "o", "d", "y")) {
                client.send(letter);
                assertThat(client.until(letter)).isEqualTo(letter);
            }
        }
    }

    @Test
    void aClientThatLeavesEndsItsRequestAtTheServer() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
                    while (true) {
                        RawUpstream.write(out, "a".repeat(10_000));
                    }
                });
                var gateway = Proxied.at("/app", upstream.uri(""))) {
            try (var client = new RawHttp(gateway.port())) {
                client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
                client.head();
            }
            eventually(() -> assertThat(upstream.open).hasValue(0));
            eventually(() -> assertThat(gateway.gateway()
                            .upstreams()
                            .status()
                            .getFirst()
                            .servers()
                            .getFirst()
                            .active())
                    .isZero());
        }
    }

    @ParameterizedTest
    @CsvSource({"CONNECT a:1, 405", "TRACE /app/x, 405"})
    void methodsThatAreNotForApplicationsDoNotPass(String line, int status) throws Exception {
        try (var upstream = RawUpstream.answering(RawUpstream.OK);
                var gateway = Proxied.at("/", upstream.uri(""))) {
            assertThat(status(ask(gateway, line + " HTTP/1.1\r\nHost: a\r\n\r\n")))
                    .isEqualTo(status);
            assertThat(upstream.heads).isEmpty();
        }
    }

    @Test
    void aBodyInACodingThatTheServerWouldNotKnowOfIsRefused() throws Exception {
        try (var upstream = RawUpstream.answering(RawUpstream.OK);
                var gateway = Proxied.at("/app", upstream.uri(""))) {
            var head = ask(
                    gateway,
                    "POST /app/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
            assertThat(status(head)).isEqualTo(501);
            assertThat(upstream.heads).isEmpty();
        }
    }
}
