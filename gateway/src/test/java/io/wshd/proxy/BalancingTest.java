package io.wshd.proxy;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of several servers is asked. */
class BalancingTest {

    private final List<RawUpstream> upstreams = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (var upstream : upstreams) {
            upstream.close();
        }
    }

    /** A server that answers with its name, a letter. */
    private RawUpstream named(String name) throws IOException {
        var upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name);
        upstreams.add(upstream);
        return upstream;
    }

    private static TestGateway gateway(String servers, String more, String... settings) {
        return Proxied.conf(
                "upstreams { app { servers = [" + servers + "], " + more + " } }\n"
                        + "hosts { \"*\" { routes { \"/app\" { proxy = app } } } }",
                settings);
    }

    private static String server(RawUpstream upstream, String more) {
        return "{ url = \"" + upstream.uri("") + "\", " + more + " }";
    }

    private static String ask(TestGateway gateway, String... headers) throws IOException {
        return RawHttp.get(gateway.port(), "/app/x", headers).body();
    }

    private static Map<String, Integer> shares(TestGateway gateway, int requests) throws IOException {
        var shares = new HashMap<String, Integer>();
        for (int i = 0; i < requests; i++) {
            shares.merge(ask(gateway), 1, Integer::sum);
        }
        return shares;
    }

    @Test
    void serversTakeTurnsByTheirWeight() throws Exception {
        var servers = server(named("a"), "weight = 3") + "," + server(named("b"), "weight = 1") + ","
                + server(named("c"), "");
        try (var gateway = gateway(servers, "")) {
            var order = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                order.append(ask(gateway));
            }
            // Evenly in between, not three times in a row.
            assertThat(order.toString()).isEqualTo("abacaabaca");
        }
    }

    @Test
    void theLeastBusyServerIsAsked() throws Exception {
        var busy = new CountDownLatch(1);
        var slow = new RawUpstream((head, in, out) -> {
            busy.await(20, TimeUnit.SECONDS);
            RawUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ns");
            return true;
        });
        upstreams.add(slow);
        var servers = server(slow, "") + "," + server(named("q"), "");
        try (var gateway = gateway(servers, "balance = least-connections")) {
            var waiting = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 2; i++) {
                    try {
                        ask(gateway);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            eventually(() -> assertThat(slow.heads).hasSize(1));
            assertThat(shares(gateway, 10)).containsExactly(Map.entry("q", 10));
            busy.countDown();
            waiting.join();
        }
    }

    @Test
    void ofTwoServersAtRandomTheLessBusyOneIsAsked() throws Exception {
        var servers = server(named("a"), "") + "," + server(named("b"), "") + "," + server(named("c"), "");
        try (var gateway = gateway(servers, "balance = random")) {
            assertThat(shares(gateway, 60)).containsOnlyKeys("a", "b", "c");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"header:X-User", "cookie:user", "path"})
    void theSameKeyFindsTheSameServerAndOthersStayWhenOneGoes(String by) throws Exception {
        var gone = named("c");
        var two = server(named("a"), "") + "," + server(named("b"), "");
        var before = new HashMap<String, String>();
        try (var gateway = gateway(two + "," + server(gone, ""), "balance = hash, hash-by = \"" + by + "\"")) {
            for (int user = 0; user < 60; user++) {
                before.put("u" + user, asUser(gateway, by, "u" + user));
            }
            assertThat(new HashSet<>(before.values())).containsExactlyInAnyOrder("a", "b", "c");
            before.forEach(
                    (user, server) -> assertThat(asUser(gateway, by, user)).isEqualTo(server));
        }
        try (var gateway = gateway(two, "balance = hash, hash-by = \"" + by + "\"")) {
            before.forEach((user, server) -> {
                var now = asUser(gateway, by, user);
                assertThat(server.equals("c") || server.equals(now)).isTrue();
            });
        }
    }

    private static String asUser(TestGateway gateway, String by, String user) {
        try {
            return switch (by) {
                case "path" -> RawHttp.get(gateway.port(), "/app/" + user).body();
                case "cookie:user" -> ask(gateway, "Cookie: other=1; user=" + user);
                default -> ask(gateway, "X-User: " + user);
            };
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aClientsAddressFindsTheSameServer() throws Exception {
        var servers = server(named("a"), "") + "," + server(named("b"), "");
        try (var gateway = gateway(servers, "balance = hash", "trusted-proxies=[\"127.0.0.1\"]")) {
            assertThat(shares(gateway, 10)).hasSize(1);
            var found = new HashSet<String>();
            for (int i = 0; i < 40; i++) {
                found.add(ask(gateway, "X-Forwarded-For: 192.0.2." + i));
            }
            assertThat(found).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void aBackupIsAskedOnlyWhenNoOtherMayBe() throws Exception {
        var first = named("a");
        var servers = server(first, "") + "," + server(named("b"), "backup = on");
        try (var gateway = gateway(servers, "eject-after = 1, eject-time = 1m")) {
            assertThat(shares(gateway, 6)).containsExactly(Map.entry("a", 6));
            first.close();
            assertThat(shares(gateway, 6)).containsExactly(Map.entry("b", 6));
        }
    }

    @Test
    void aClientStaysWithItsServerByASignedCookie() throws Exception {
        var a = named("a");
        var servers = server(a, "") + "," + server(named("b"), "");
        try (var gateway = gateway(
                servers, "sticky { cookie = srv, secret = \"0123456789abcdef\", max-age = 1h }, eject-after = 1")) {
            var first = RawHttp.get(gateway.port(), "/app/x");
            var cookie = first.header("Set-Cookie");
            assertThat(cookie)
                    .matches("srv=[0-9a-f]{8}\\.[A-Za-z0-9_-]{16}; .*")
                    .contains("Path=/app", "HttpOnly", "SameSite=Lax", "Max-Age=3600")
                    .doesNotContain("ecure");
            var value = cookie.substring(0, cookie.indexOf(';'));
            for (int i = 0; i < 5; i++) {
                var again = RawHttp.get(gateway.port(), "/app/x", "Cookie: " + value);
                assertThat(again.body()).isEqualTo(first.body());
                assertThat(again.header("Set-Cookie")).isNull();
            }
            // A forged signature is no signature, even with the name of a server.
            var forged = value.substring(0, value.length() - 4) + "AAAA";
            var answers = new HashSet<String>();
            for (int i = 0; i < 4; i++) {
                var response = RawHttp.get(gateway.port(), "/app/x", "Cookie: " + forged);
                answers.add(response.body());
                assertThat(response.header("Set-Cookie")).isNotNull();
            }
            assertThat(answers).hasSize(2);
        }
    }

    @Test
    void aClientWhoseServerIsGoneGetsAnotherAndAnotherCookie() throws Exception {
        var a = named("a");
        var servers = server(a, "") + "," + server(named("b"), "");
        try (var gateway = gateway(servers, "sticky { cookie = srv }, eject-after = 1, eject-time = 1m")) {
            var first = RawHttp.get(gateway.port(), "/app/x");
            assertThat(first.body()).isEqualTo("a");
            var cookie = first.header("Set-Cookie").replaceFirst(";.*", "");
            a.close();
            var second = RawHttp.get(gateway.port(), "/app/x", "Cookie: " + cookie);
            assertThat(second.body()).isEqualTo("b");
            assertThat(second.header("Set-Cookie")).isNotNull().doesNotStartWith(cookie);
        }
    }

    // ---- health

    @Test
    void aServerThatFailsAgainAndAgainIsOutForAWhileAndTheTimeGrows() throws Exception {
        var works = new AtomicBoolean();
        var sick = new RawUpstream((head, in, out) -> {
            if (works.get()) {
                RawUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ns");
            }
            return works.get();
        });
        upstreams.add(sick);
        var servers = server(sick, "") + "," + server(named("w"), "");
        try (var log = new CapturedLog("proxy");
                var gateway = gateway(servers, "eject-after = 2, eject-time = 400ms, eject-time-most = 1s")) {
            assertThat(shares(gateway, 20)).containsExactly(Map.entry("w", 20));
            assertThat(sick.heads).hasSize(2);
            assertThat(log.text()).contains("is out for PT0.4S after 2 failures in a row");
            assertThat(states(gateway)).containsExactly("ejected", "up");
            eventually(() -> {
                ask(gateway);
                assertThat(log.text()).contains("is out for PT0.8S after 3 failures in a row");
            });
            works.set(true);
            eventually(() -> assertThat(ask(gateway)).isEqualTo("s"));
            assertThat(log.text()).contains("answers again");
        }
    }

    private static List<String> states(TestGateway gateway) {
        return gateway.gateway().upstreams().status().getFirst().servers().stream()
                .map(UpstreamStatus.ServerStatus::state)
                .toList();
    }

    @Test
    void theOnlyServerIsAskedHoweverOftenItFailed() throws Exception {
        var works = new AtomicBoolean();
        var sick = new RawUpstream((head, in, out) -> {
            if (works.get()) {
                RawUpstream.write(out, RawUpstream.OK);
            }
            return works.get();
        });
        upstreams.add(sick);
        try (var gateway = gateway(server(sick, ""), "eject-after = 1, eject-time = 1m, retries = 0")) {
            for (int i = 0; i < 3; i++) {
                assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(502);
            }
            works.set(true);
            assertThat(ask(gateway)).isEqualTo("ok");
        }
    }

    @Test
    void serversAreAskedWhetherTheyAreWell() throws Exception {
        var status = new AtomicInteger(503);
        var body = new AtomicReference<>("ready");
        var checked = new RawUpstream((head, in, out) -> {
            boolean check = head.startsWith("GET /health ");
            var text = check ? body.get() : "c";
            RawUpstream.write(
                    out,
                    "HTTP/1.1 " + (check ? status.get() : 200) + " X\r\nContent-Length: " + text.length() + "\r\n\r\n"
                            + text);
            return true;
        });
        upstreams.add(checked);
        var servers = server(checked, "") + "," + server(named("o"), "backup = on");
        try (var log = new CapturedLog("proxy");
                var gateway = gateway(
                        servers,
                        "health { path = \"/health\", interval = 100ms, timeout = 1s, status = \"200, 204\","
                                + " body = ready, passes = 2, fails = 2 }")) {
            // The first answer counts at once.
            eventually(() -> assertThat(states(gateway)).containsExactly("unhealthy", "unhealthy"));
            assertThat(log.text()).contains("is unhealthy: the health check got status 503");
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(503);
            assertThat(log.text()).contains("no server may get requests: ");
            status.set(200);
            eventually(() -> assertThat(ask(gateway)).isEqualTo("c"));
            assertThat(log.text()).contains("is healthy again");
            body.set("warming up");
            eventually(() -> assertThat(states(gateway).getFirst()).isEqualTo("unhealthy"));
            assertThat(log.text()).contains("lacks \"ready\"");
            assertThat(checked.heads.getFirst())
                    .contains(
                            "User-Agent: wshd-health-check",
                            "Host: " + checked.uri("").getAuthority());
        }
    }

    @Test
    void aServerThatDoesNotAnswerItsHealthCheckIsUnhealthy() throws Exception {
        var silent = new RawUpstream((head, in, out) -> in.read() >= 0);
        upstreams.add(silent);
        try (var log = new CapturedLog("proxy");
                var gateway = gateway(
                        server(silent, ""), "health { path = \"/\", interval = 100ms, timeout = 200ms, fails = 1 }")) {
            eventually(() -> assertThat(states(gateway)).containsExactly("unhealthy"));
            assertThat(log.text()).contains("no answer to the health check within PT0.2S");
        }
    }

    @Test
    void aServerThatComesBackGetsItsShareSlowly() throws Exception {
        var well = new AtomicBoolean();
        var slow = new RawUpstream((head, in, out) -> {
            boolean check = head.startsWith("GET /health ");
            RawUpstream.write(
                    out, "HTTP/1.1 " + (check && !well.get() ? 500 : 200) + " X\r\nContent-Length: 1\r\n\r\ns");
            return true;
        });
        upstreams.add(slow);
        var fast = new RawUpstream((head, in, out) -> {
            RawUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nf");
            return true;
        });
        upstreams.add(fast);
        var servers = server(slow, "") + "," + server(fast, "");
        try (var gateway = gateway(
                servers, "slow-start = 1h, health { path = \"/health\", interval = 50ms, passes = 1, fails = 1 }")) {
            eventually(() -> assertThat(states(gateway).getFirst()).isEqualTo("unhealthy"));
            well.set(true);
            eventually(() -> assertThat(states(gateway).getFirst()).isEqualTo("up (slow start)"));
            // A tenth of the weight at first.
            assertThat(shares(gateway, 44).get("s")).isBetween(3, 5);
        }
    }

    // ---- by hand

    @Test
    void anOperatorTakesServersOutAndBack() throws Exception {
        var a = named("a");
        var b = named("b");
        try (var gateway = gateway(server(a, "") + "," + server(b, ""), "sticky { cookie = srv }")) {
            var before = RawHttp.get(gateway.port(), "/app/x");
            assertThat(before.body()).isEqualTo("a");
            var cookie = "Cookie: " + before.header("Set-Cookie").replaceFirst(";.*", "");
            var all = gateway.gateway().upstreams();

            assertThat(all.override("app", a.uri("").toString(), ServerWish.DRAIN))
                    .contains("draining (by hand)");
            assertThat(shares(gateway, 4)).containsExactly(Map.entry("b", 4));
            assertThat(ask(gateway, cookie)).isEqualTo("a");

            all.override("app", a.uri("").toString(), ServerWish.DOWN);
            assertThat(ask(gateway, cookie)).isEqualTo("b");

            all.override("app", b.uri("").toString(), ServerWish.DOWN);
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(503);

            all.override("app", a.uri("").toString(), ServerWish.AUTO);
            assertThat(shares(gateway, 4)).containsExactly(Map.entry("a", 4));
            assertThat(all.override("app", "http://nobody", ServerWish.UP)).isEmpty();
            assertThat(all.override("other", b.uri("").toString(), ServerWish.UP))
                    .isEmpty();
        }
    }
}
