package io.wshd.proxy;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** More requests than connections. */
class QueueTest {

    private final CountDownLatch goOn = new CountDownLatch(1);

    private RawUpstream waiting() throws IOException {
        return new RawUpstream((head, in, out) -> {
            goOn.await(20, TimeUnit.SECONDS);
            RawUpstream.write(out, RawUpstream.OK);
            return true;
        });
    }

    private static List<Thread> ask(TestGateway gateway, int clients, Map<Integer, Integer> statuses) {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < clients; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                int status;
                try {
                    status = RawHttp.get(gateway.port(), "/app/x").status();
                } catch (IOException e) {
                    status = 0;
                }
                statuses.merge(status, 1, Integer::sum);
            }));
        }
        return threads;
    }

    private static UpstreamStatus status(TestGateway gateway) {
        return gateway.gateway().upstreams().status().getFirst();
    }

    @Test
    void athousandClientsShareSixtyFourConnectionsAndAllAreServed() throws Exception {
        var statuses = new ConcurrentHashMap<Integer, Integer>();
        try (var upstream = waiting();
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.connections=64")) {
            var threads = ask(gateway, 1024, statuses);
            eventually(() -> assertThat(status(gateway).waiting()).isEqualTo(1024 - 64));
            goOn.countDown();
            for (var thread : threads) {
                thread.join();
            }
            assertThat(statuses).containsExactly(Map.entry(200, 1024));
            assertThat(upstream.mostOpen.get()).isLessThanOrEqualTo(64);
            assertThat(status(gateway).waiting()).isZero();
            assertThat(status(gateway).servers().getFirst().active()).isZero();
        }
    }

    @Test
    void moreThanTheQueueHoldsAreToldAtOnce() throws Exception {
        var statuses = new ConcurrentHashMap<Integer, Integer>();
        try (var upstream = waiting();
                var log = new CapturedLog("proxy");
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.connections=2", "proxy.queue=5")) {
            int cores = Runtime.getRuntime().availableProcessors();
            int connections = Math.max(2, cores);
            var threads = ask(gateway, 40, statuses);
            eventually(() -> assertThat(statuses.getOrDefault(503, 0)).isGreaterThanOrEqualTo(40 - 5 - connections));
            assertThat(log.text()).contains("all connections are in use and too many requests wait");
            assertThat(status(gateway).refused()).isEqualTo(statuses.get(503).longValue());
            goOn.countDown();
            for (var thread : threads) {
                thread.join();
            }
            assertThat(statuses.get(200)).isEqualTo(40 - statuses.get(503));
        }
    }

    @Test
    void aRequestWaitsNoLongerThanItMay() throws Exception {
        var statuses = new ConcurrentHashMap<Integer, Integer>();
        try (var upstream = waiting();
                var log = new CapturedLog("proxy");
                var gateway =
                        Proxied.at("/app", upstream.uri(""), "proxy.connections=1", "proxy.queue-timeout=300ms")) {
            var threads = ask(gateway, 20, statuses);
            eventually(() -> assertThat(statuses.getOrDefault(503, 0)).isPositive());
            eventually(() -> assertThat(status(gateway).waiting()).isZero());
            assertThat(log.text()).contains("all connections were in use for PT0.3S");
            goOn.countDown();
            for (var thread : threads) {
                thread.join();
            }
            assertThat(statuses).containsOnlyKeys(200, 503);
        }
    }

    @Test
    void aClientThatLeavesTheQueueTakesNobodysTurn() throws Exception {
        try (var upstream = waiting();
                var gateway = Proxied.at("/app", upstream.uri(""), "proxy.connections=1")) {
            var clients = new ArrayList<RawHttp>();
            for (int i = 0; i < 20; i++) {
                var client = new RawHttp(gateway.port());
                client.send("POST /app/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo");
                clients.add(client);
            }
            eventually(() -> assertThat(status(gateway).waiting()).isPositive());
            for (var client : clients) {
                client.close();
            }
            goOn.countDown();
            eventually(() ->
                    assertThat(status(gateway).servers().getFirst().active()).isZero());
            assertThat(RawHttp.get(gateway.port(), "/app/x").body()).isEqualTo("ok");
        }
    }

    @Test
    void aFullServerIsPassedByWhenAnotherHasRoom() throws Exception {
        try (var slow = waiting();
                var quick = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nq");
                var gateway = Proxied.route("/app", "proxy = " + Proxied.servers(slow, quick), "proxy.connections=1")) {
            var statuses = new ConcurrentHashMap<Integer, Integer>();
            var threads = ask(gateway, 60, statuses);
            eventually(() -> assertThat(statuses.getOrDefault(200, 0)).isGreaterThanOrEqualTo(50));
            goOn.countDown();
            for (var thread : threads) {
                thread.join();
            }
            assertThat(statuses).containsExactly(Map.entry(200, 60));
        }
    }
}
