package io.wshd.proxy;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ResolverTest {

    private static final Duration OLD = Duration.ofMillis(50);

    private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();

    private final Resolver.Answer answer = new Resolver.Answer() {
        @Override
        public void found(List<InetAddress> addresses) {
            answers.add(addresses.stream().map(InetAddress::getHostAddress).toList());
        }

        @Override
        public void unknown(UnknownHostException e) {
            answers.add("unknown");
        }
    };

    private Object ask(Resolver resolver, String host) throws InterruptedException {
        resolver.resolve(host, OLD, Runnable::run, answer);
        return answers.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void aNameIsAskedForAgainWhenItsAnswerIsOldAndTheOldOneIsUsedMeanwhile() throws Exception {
        var now = new AtomicReference<>("192.0.2.1");
        try (var log = new CapturedLog("proxy");
                var resolver = new Resolver(host -> new InetAddress[] {InetAddress.ofLiteral(now.get())})) {
            assertThat(ask(resolver, "app")).isEqualTo(List.of("192.0.2.1"));
            now.set("192.0.2.2");
            assertThat(ask(resolver, "app")).isEqualTo(List.of("192.0.2.1"));
            eventually(() -> assertThat(ask(resolver, "app")).isEqualTo(List.of("192.0.2.2")));
            assertThat(log.text()).contains("app now has the addresses [192.0.2.2]");
            assertThat(resolver.last("app", OLD)).containsExactly(InetAddress.ofLiteral("192.0.2.2"));
        }
    }

    @Test
    void aNameWhoseConnectionsAreKeptIsAskedForAgain() throws Exception {
        var now = new AtomicReference<>("192.0.2.1");
        try (var resolver = new Resolver(host -> new InetAddress[] {InetAddress.ofLiteral(now.get())})) {
            assertThat(resolver.last("app", OLD)).isEmpty();
            ask(resolver, "app");
            now.set("192.0.2.2");
            eventually(() -> assertThat(resolver.last("app", OLD)).containsExactly(InetAddress.ofLiteral("192.0.2.2")));
        }
    }

    @Test
    void aNameServerThatIsDownTakesNothingAway() throws Exception {
        var calls = new AtomicInteger();
        try (var log = new CapturedLog("proxy");
                var resolver = new Resolver(host -> {
                    if (calls.incrementAndGet() > 1) {
                        throw new UnknownHostException(host);
                    }
                    return new InetAddress[] {InetAddress.ofLiteral("192.0.2.1")};
                })) {
            ask(resolver, "app");
            eventually(() -> {
                assertThat(ask(resolver, "app")).isEqualTo(List.of("192.0.2.1"));
                assertThat(log.text()).contains("app is not known any more");
            });
        }
    }

    @Test
    void anUnknownNameIsAskedForAgainNextTime() throws Exception {
        var calls = new AtomicInteger();
        try (var resolver = new Resolver(host -> {
            if (calls.incrementAndGet() == 1) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.ofLiteral("192.0.2.1")};
        })) {
            assertThat(ask(resolver, "app")).isEqualTo("unknown");
            assertThat(ask(resolver, "app")).isEqualTo(List.of("192.0.2.1"));
        }
    }

    @Test
    void oneLookupServesAllWhoAskMeanwhile() throws Exception {
        var calls = new AtomicInteger();
        var goOn = new CountDownLatch(1);
        try (var resolver = new Resolver(host -> {
            calls.incrementAndGet();
            try {
                goOn.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new InetAddress[] {InetAddress.ofLiteral("192.0.2.1")};
        })) {
            for (int i = 0; i < 100; i++) {
                resolver.resolve("app", OLD, Runnable::run, answer);
            }
            assertThat(answers).isEmpty();
            goOn.countDown();
            eventually(() -> assertThat(answers).hasSize(100));
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void anAddressIsItsOwnAnswer() throws Exception {
        try (var resolver = new Resolver(host -> {
            throw new UnknownHostException(host);
        })) {
            assertThat(ask(resolver, "192.0.2.7")).isEqualTo(List.of("192.0.2.7"));
            assertThat(ask(resolver, "2001:db8::1")).isEqualTo(List.of("2001:db8:0:0:0:0:0:1"));
        }
    }

    @Test
    void aServerIsFoundByNameAtWhicheverOfItsAddressesItListens() throws Exception {
        // localhost is ::1 as well on most machines, where nobody listens.
        try (var upstream = RawUpstream.answering(RawUpstream.OK);
                var gateway = Proxied.at(
                        "/app",
                        URI.create("http://localhost:" + upstream.uri("").getPort()))) {
            for (int i = 0; i < 4; i++) {
                assertThat(RawHttp.get(gateway.port(), "/app/x").body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void anUnknownServerGives502() throws Exception {
        try (var log = new CapturedLog("proxy");
                var gateway = Proxied.at("/app", URI.create("http://wshd-no-such-host.invalid"), "proxy.retries=0")) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").status()).isEqualTo(502);
            assertThat(log.text()).contains("the host wshd-no-such-host.invalid is unknown");
        }
    }
}
