package io.wshd.proxy;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What passes once a connection is switched to another protocol. */
class TunnelTest {

    private static final String UPGRADE =
            "GET /app/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-App: 1\r\n\r\n";

    /** Echoes bytes after the switch, and says when the client has sent its last. */
    private static RawUpstream echo() throws IOException {
        return new RawUpstream((head, in, out) -> {
            RawUpstream.write(out, SWITCHED + "early");
            for (int next = in.read(); next >= 0; next = in.read()) {
                out.write(next);
                out.flush();
            }
            RawUpstream.write(out, "the end");
            return false;
        });
    }

    private static RawHttp tunnel(TestGateway gateway) throws IOException {
        var client = new RawHttp(gateway.port());
        client.send(UPGRADE);
        assertThat(client.head()).startsWith("HTTP/1.1 101 ").contains("X-App: 1");
        return client;
    }

    private static int tunnels(TestGateway gateway) {
        return gateway.gateway()
                .upstreams()
                .status()
                .getFirst()
                .servers()
                .getFirst()
                .tunnels();
    }

    @Test
    void whatEitherSideSendsRightBehindItsHeadIsKept() throws Exception {
        try (var upstream = echo();
                var gateway = Proxied.at("/app", upstream.uri(""))) {
            for (int i = 0; i < 20; i++) {
                try (var client = new RawHttp(gateway.port())) {
                    client.send(UPGRADE + "first");
                    assertThat(client.head()).startsWith("HTTP/1.1 101 ");
                    assertThat(client.until("first")).isEqualTo("earlyfirst");
                    client.send("more");
                    assertThat(client.until("more")).isEqualTo("more");
                }
            }
            eventually(() -> assertThat(tunnels(gateway)).isZero());
        }
    }

    @Test
    void aSideThatHasSentItsLastStillHearsTheOther() throws Exception {
        try (var upstream = echo();
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = tunnel(gateway)) {
            client.send("bye");
            client.until("bye");
            client.endOutput();
            assertThat(client.rest()).isEqualTo("the end");
            eventually(() -> assertThat(upstream.open).hasValue(0));
            eventually(() -> assertThat(tunnels(gateway)).isZero());
        }
    }

    @Test
    void aServerThatHasSentItsLastStillHearsTheClient() throws Exception {
        var heard = new StringBuilder();
        var end = new CountDownLatch(1);
        try (var upstream = new RawUpstream((head, in, out) -> {
                    RawUpstream.write(out, SWITCHED + "my last");
                    throw new RawUpstream.HalfClose(() -> {
                        for (int next = in.read(); next >= 0; next = in.read()) {
                            heard.append((char) next);
                        }
                        end.countDown();
                    });
                });
                var gateway = Proxied.at("/app", upstream.uri(""));
                var client = tunnel(gateway)) {
            assertThat(client.rest()).isEqualTo("my last");
            client.send("but listen");
            client.endOutput();
            assertThat(end.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(heard.toString()).isEqualTo("but listen");
        }
    }

    @Test
    void aTunnelOutlivesTheTimeoutsOfRequestsAndEndsByItsOwn() throws Exception {
        try (var upstream = echo();
                var log = new CapturedLog("proxy");
                var gateway = Proxied.at(
                        "/app",
                        upstream.uri(""),
                        "proxy.first-byte-timeout=100ms",
                        "proxy.idle-timeout=100ms",
                        "proxy.total-timeout=100ms",
                        "proxy.tunnel-idle-timeout=1s");
                var client = tunnel(gateway)) {
            client.until("early");
            for (int i = 0; i < 6; i++) {
                TimeUnit.MILLISECONDS.sleep(300);
                client.send("still here");
                client.until("still here");
            }
            assertThat(client.rest()).isEmpty();
            eventually(() -> assertThat(log.text()).contains("was silent for PT1S"));
            eventually(() -> assertThat(upstream.open).hasValue(0));
        }
    }

    @Test
    void aTunnelEndsWithItsLifetimeHoweverBusyItIs() throws Exception {
        try (var upstream = echo();
                var log = new CapturedLog("proxy");
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.tunnel-lifetime=700ms");
                var client = tunnel(gateway)) {
            client.until("early");
            var busy = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        client.send("a");
                        TimeUnit.MILLISECONDS.sleep(10);
                    }
                } catch (IOException | InterruptedException e) {
                    // The tunnel has ended.
                }
            });
            client.untilEnd();
            busy.join();
            eventually(() -> assertThat(log.text()).contains("has lasted for PT0.7S"));
        }
    }

    @Test
    void tunnelsAreBounded() throws Exception {
        try (var upstream = echo();
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.tunnels=2", "proxy.retries=0")) {
            try (var one = tunnel(gateway);
                    var two = tunnel(gateway);
                    var three = new RawHttp(gateway.port())) {
                assertThat(tunnels(gateway)).isEqualTo(2);
                three.send(UPGRADE);
                assertThat(three.head()).startsWith("HTTP/1.1 503 ");
                one.send("x");
                two.send("x");
            }
            eventually(() -> assertThat(tunnels(gateway)).isZero());
            tunnel(gateway).close();
            eventually(() -> assertThat(upstream.open).hasValue(0));
        }
    }

    @Test
    void tunnelsTakeNoConnectionsFromRequests() throws Exception {
        try (var upstream = new RawUpstream((head, in, out) -> {
                    if (head.contains("Upgrade")) {
                        RawUpstream.write(out, SWITCHED);
                        return in.read() < 0;
                    }
                    RawUpstream.write(out, RawUpstream.OK);
                    return true;
                });
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.connections=1");
                var one = tunnel(gateway);
                var two = tunnel(gateway);
                var three = tunnel(gateway)) {
            for (int i = 0; i < 6; i++) {
                assertThat(RawHttp.get(gateway.port(), "/app/x").body()).isEqualTo("ok");
            }
            var status =
                    gateway.gateway().upstreams().status().getFirst().servers().getFirst();
            assertThat(status.tunnels()).isEqualTo(3);
            assertThat(status.active()).isEqualTo(3);
            one.send("x");
            two.send("x");
            three.send("x");
        }
    }
}
