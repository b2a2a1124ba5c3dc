package io.wshd.proxy;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xnio.IoUtils;

/** Servers that speak HTTP/2. */
class Http2UpstreamTest {

    private Undertow upstream;

    private TestGateway gateway(HttpHandler handler, String... settings) {
        upstream = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, 1L << 30)
                .setHandler(handler)
                .build();
        upstream.start();
        var port = ((InetSocketAddress) upstream.getListenerInfo().getFirst().getAddress()).getPort();
        var all = new ArrayList<>(List.of(settings));
        all.add("proxy.http2=on");
        return Proxied.at("/app", URI.create("http://127.0.0.1:" + port), all.toArray(String[]::new));
    }

    @AfterEach
    void stop() {
        upstream.stop();
    }

    private static void answer(HttpServerExchange exchange, String body) {
        exchange.getResponseSender().send(body);
    }

    @Test
    void aRequestArrivesWithItsHeadersAndNoneOfHttp1sConnection() throws Exception {
        try (var gateway = gateway(exchange -> answer(
                exchange,
                exchange.getProtocol() + " " + exchange.getRequestMethod() + " " + exchange.getRequestURI() + "?"
                        + exchange.getQueryString() + " "
                        + exchange.getRequestHeaders().getFirst(Headers.HOST) + " "
                        + exchange.getRequestHeaders().getFirst(Headers.X_FORWARDED_FOR) + " "
                        + exchange.getRequestHeaders().contains(Headers.CONNECTION)))) {
            for (int i = 0; i < 10; i++) {
                assertThat(RawHttp.get(gateway.port(), "/app/x%2Fy?q=1").body())
                        .isEqualTo("HTTP/2.0 GET /x%2Fy?q=1 example.test:81 127.0.0.1 false");
            }
        }
    }

    @Test
    void aWebSocketGetsAConnectionOfHttp1ForItself() throws Exception {
        try (var gateway = gateway(exchange -> {
                    if (exchange.getRequestHeaders().contains("Upgrade")) {
                        exchange.upgradeChannel((connection, upgraded) -> new Echo(connection).start());
                    } else {
                        answer(exchange, exchange.getProtocol().toString());
                    }
                });
                var peer = new RawHttp(gateway.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(RawHttp.get(gateway.port(), "/app/x").body()).isEqualTo("HTTP/2.0");
            }
            peer.send("GET /app/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst");
            assertThat(peer.head()).startsWith("HTTP/1.1 101 ");
            assertThat(peer.until("first")).isEqualTo("first");
            assertThat(RawHttp.get(gateway.port(), "/app/x").body()).isEqualTo("HTTP/2.0");
        }
    }

    @Test
    void manyRequestsShareAConnection() throws Exception {
        var all = new CountDownLatch(50);
        try (var gateway = gateway(exchange -> exchange.dispatch(() -> {
            all.countDown();
            try {
                all.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            answer(exchange, "ok");
        }))) {
            var good = new AtomicInteger();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 16; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        if (RawHttp.get(gateway.port(), "/app/x").body().equals("ok")) {
                            good.incrementAndGet();
                        }
                    } catch (IOException e) {
                        // Not counted.
                    }
                }));
            }
            for (int i = 0; i < 34; i++) {
                all.countDown();
            }
            for (var thread : threads) {
                thread.join();
            }
            assertThat(good).hasValue(16);
            assertThat(gateway.gateway()
                            .upstreams()
                            .status()
                            .getFirst()
                            .servers()
                            .getFirst()
                            .connections())
                    .isLessThanOrEqualTo(Runtime.getRuntime().availableProcessors());
        }
    }

    @Test
    void bodiesOfAnySizePassInBothDirections() throws Exception {
        try (var gateway = gateway(
                        exchange -> exchange.getRequestReceiver()
                                .receiveFullBytes(
                                        (one, bytes) -> one.getResponseSender().send(ByteBuffer.wrap(bytes))),
                        "http.max-body=1GiB");
                var client = new RawHttp(gateway.port())) {
            for (var size : new int[] {1, 1000, 20_000, 3_000_000}) {
                var body = "a".repeat(size - 1) + "z";
                client.send("POST /app/x HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n");
                var sending = Thread.ofVirtual().start(() -> {
                    try {
                        client.send(body);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                assertThat(client.head()).startsWith("HTTP/1.1 200 ").containsIgnoringCase("Content-Length: " + size);
                assertThat(client.next(size)).isEqualTo(body);
                sending.join();
                // May be repeated, and is small: sent in one piece.
                client.send("PUT /app/x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz");
                client.head();
                assertThat(client.until("z")).isEqualTo("xyz");
                client.send(
                        "POST /app/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\n\r\n");
                client.head();
                assertThat(client.until("z")).isEqualTo("xyz");
            }
        }
    }

    @Test
    void trailersPass() throws Exception {
        try (var gateway = gateway(exchange -> {
                    var trailers = new HeaderMap().put(new HttpString("X-Status"), "7");
                    exchange.putAttachment(HttpAttachments.RESPONSE_TRAILERS, trailers);
                    exchange.getResponseSender().send("body");
                });
                var client = new RawHttp(gateway.port())) {
            client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
            client.head();
            // Undertow's server announces the length, so that HTTP/1.1 has no place for them.
            assertThat(client.until("body")).isEqualTo("body");
        }
    }

    @Test
    void aStreamThatTheServerResetsIsSentAgainOrGives502() throws Exception {
        var calls = new AtomicInteger();
        try (var gateway = gateway(exchange -> {
            if (calls.incrementAndGet() % 2 == 1) {
                IoUtils.safeClose(exchange.getConnection());
            } else {
                answer(exchange, "ok");
            }
        })) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").body()).isEqualTo("ok");
            assertThat(RawHttp.ask(gateway.port(), "POST", "/app/x").status()).isEqualTo(502);
            assertThat(RawHttp.ask(gateway.port(), "POST", "/app/x").status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatLeavesEndsItsStreamAndNoOther() throws Exception {
        try (var gateway = gateway(exchange -> {
            if (exchange.getRequestURI().equals("/long")) {
                exchange.setResponseContentLength(1L << 30);
                exchange.getResponseChannel().flush();
            } else {
                answer(exchange, "ok");
            }
        })) {
            try (var client = new RawHttp(gateway.port())) {
                client.send("POST /app/long HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
                eventually(() -> assertThat(active(gateway)).isEqualTo(1));
            }
            eventually(() -> assertThat(active(gateway)).isZero());
            assertThat(RawHttp.get(gateway.port(), "/app/x").body()).isEqualTo("ok");
        }
    }

    private static int active(TestGateway gateway) {
        return gateway.gateway()
                .upstreams()
                .status()
                .getFirst()
                .servers()
                .getFirst()
                .active();
    }

    @Test
    void aConnectionIsLeftForANewOneBeforeServersGiveItUp() throws Exception {
        try (var gateway = gateway(exchange -> answer(
                        exchange, String.valueOf(exchange.getSourceAddress().getPort())));
                var client = new RawHttp(gateway.port())) {
            var ports = new HashSet<String>();
            for (int i = 0; i < 1100; i++) {
                client.send("GET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
                var head = client.head();
                assertThat(head).startsWith("HTTP/1.1 200 ");
                int length = Integer.parseInt(head.replaceFirst("(?si).*Content-Length: (\\d+).*", "$1"));
                ports.add(client.next(length));
            }
            assertThat(ports).hasSize(3);
        }
    }

    @Test
    void aServerThatSpeaksHttp1OnlyGives502() throws Exception {
        upstream = Undertow.builder().addHttpListener(0, "127.0.0.1").build();
        try (var plain = RawUpstream.answering(RawUpstream.OK);
                var log = new CapturedLog("proxy");
                var gateway = Proxied.at("/app", plain.uri(""), "proxy.http2=on", "proxy.retries=0")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(502);
            assertThat(log.text()).contains("the server does not speak HTTP/2");
        }
    }
}
