package io.wshd.proxy;

import static io.wshd.Eventually.eventually;
import static io.wshd.proxy.Proxied.ask;
import static io.wshd.proxy.Proxied.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that a server did not answer: none is lost that could be sent again, and none is sent twice that must not be.
 */
class RetryTest {

    private static final String POST = "POST /app/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";

    private static URI nobody() throws IOException {
        try (var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + unused.getLocalPort());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    void aRequestThatMayBeRepeatedIsWhenTheServerHangsUp(String method) throws Exception {
        var calls = new AtomicInteger();
        try (var upstream = new RawUpstream((head, in, out) -> {
                    var body = RawUpstream.body(head, in);
                    if (calls.incrementAndGet() < 3) {
                        return false;
                    }
                    RawUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Body: " + body + "\r\n\r\n");
                    return true;
                });
                var gateway = Proxied.at("/app", upstream.uri(""))) {
            var head = ask(gateway, method + " /app/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
            assertThat(status(head)).isEqualTo(200);
            assertThat(head).contains("X-Body: body");
            assertThat(calls).hasValue(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang up", "reset"})
    void aRequestThatMustNotBeRepeatedIsNot(String how) throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.body(head, in);
                    if (how.equals("reset")) {
                        throw new RawUpstream.Reset();
                    }
                    return false;
                });
                var gateway = Proxied.at("/app", upstream.uri(""))) {
            assertThat(status(ask(gateway, POST))).isEqualTo(502);
            assertThat(upstream.heads).hasSize(1);
        }
    }

    @Test
    void aRequestThatNeverReachedAServerGoesToAnotherWhateverItsMethod() throws Exception {
        try (var upstream = RawUpstream.answering(RawUpstream.OK);
                var gateway = Proxied.route("/app", "proxy = [\"" + nobody() + "\", \"" + upstream.uri("") + "\"]")) {
            for (int i = 0; i < 6; i++) {
                assertThat(status(ask(gateway, POST))).isEqualTo(200);
            }
            assertThat(upstream.heads).hasSize(6);
        }
    }

    @Test
    void attemptsAreBounded() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> false);
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.retries=1")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(502);
            assertThat(upstream.heads).hasSize(2);
        }
    }

    @Test
    void retriesAreASmallPartOfAllRequests() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> false);
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.retries=3", "proxy.eject-after=0")) {
            for (int i = 0; i < 30; i++) {
                assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(502);
            }
            // Ten in ten seconds whatever happens, or a fifth of the requests; 120 without a budget.
            assertThat(upstream.heads.size()).isBetween(31, 30 + 2 * 10);
        }
    }

    @Test
    void aConnectionThatTheServerGaveUpIsNoFailureOfTheServer() throws Exception {
        var calls = new AtomicInteger();
        try (var upstream = new RawUpstream((head, in, out) -> {
                    // Every second request on a connection finds it closed.
                    if (calls.incrementAndGet() % 2 == 0) {
                        return false;
                    }
                    RawUpstream.write(out, RawUpstream.OK);
                    return true;
                });
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.eject-after=1", "proxy.connections=1");
                var client = new RawHttp(gateway.port())) {
            for (int i = 0; i < 10; i++) {
                client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(status(client.head())).isEqualTo(200);
                client.until("ok");
            }
            assertThat(gateway.gateway()
                            .upstreams()
                            .status()
                            .getFirst()
                            .servers()
                            .getFirst()
                            .failures())
                    .isZero();
        }
    }

    @Test
    void aRequestThatMustNotBeRepeatedGoesOnNoConnectionThatTheServerMayCloseAnyMoment() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.body(head, in);
                    RawUpstream.write(out, RawUpstream.OK);
                    return true;
                });
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = new RawHttp(gateway.port())) {
            client.send(POST);
            client.until("ok");
            client.send(POST);
            client.until("ok");
            assertThat(upstream.connections).hasSize(1);
            // Idle for longer than a moment: the server may be about to close it.
            TimeUnit.MILLISECONDS.sleep(1200);
            client.send(POST);
            client.until("ok");
            assertThat(upstream.connections).hasSize(2);
            client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
            client.until("ok");
            assertThat(upstream.connections).hasSize(2);
        }
    }

    @Test
    void aServersWordOnHowLongItKeepsConnectionsIsHeeded() throws Exception {
        try (var upstream = RawUpstream.answering(
                        "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1, max=100\r\nContent-Length: 2\r\n\r\nok");
                var gateway = Proxied.at("/app", upstream.uri(""))) {
            RawHttp.get(gateway.port(), "/app/x");
            assertThat(upstream.open).hasValue(1);
            eventually(() -> assertThat(upstream.open).hasValue(0));
        }
    }

    @Test
    void aServerThatAcceptsAndStaysSilentIsLeftForAnother() throws Exception {
        try (var silent = new RawUpstream((head, in, out) -> in.read() >= 0);
                var upstream = RawUpstream.answering(RawUpstream.OK);
                var gateway = Proxied.route(
                        "/app", "proxy = " + Proxied.servers(silent, upstream), "proxy.first-byte-timeout=300ms")) {
            for (int i = 0; i < 4; i++) {
                assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(200);
            }
            assertThat(silent.heads).isNotEmpty();
            eventually(() -> assertThat(silent.open).hasValue(0));
        }
    }
}
