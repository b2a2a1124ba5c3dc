package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.websocket.EchoServer;
import io.wshd.websocket.Message;
import io.wshd.websocket.RawClient;
import io.wshd.websocket.Session;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sends that wait, on a session with a real socket behind it. */
@Timeout(60)
class OutboxTest {

    private static final Message BIG = Message.binary(new byte[1 << 20]);

    private final CompletableFuture<Session> opened = new CompletableFuture<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final List<Boolean> settled = new CopyOnWriteArrayList<>();

    private EchoServer server() {
        return EchoServer.with(EchoServer.DEFAULTS, session -> {
            opened.complete(session);
            finished.await();
        });
    }

    /** Sends until the socket takes no more, and one message waits; returns how many were sent. */
    private int fill(Outbox outbox) {
        int sent = 0;
        while (outbox.offer(BIG, settled::add) == Outbox.Offer.SENT) {
            sent++;
        }
        return sent;
    }

    @Test
    void oneMessageMayWaitThenItIsFullAndAllArriveInTheirOrder() throws Exception {
        try (var server = server();
                var client = RawClient.open(server.port())) {
            var outbox = new Outbox(opened.join(), 0);
            int sent = fill(outbox);
            assertThat(outbox.offer("refused", settled::add)).isEqualTo(Outbox.Offer.FULL);
            assertThat(settled).isEmpty();
            assertThat(client.frames(sent + 1))
                    .extracting(frame -> frame.payload().length)
                    .containsOnly(1 << 20);
            eventually(() -> assertThat(settled).containsExactly(true));
            assertThat(outbox.offer("last", settled::add)).isEqualTo(Outbox.Offer.SENT);
            assertThat(client.frames(sent + 2).getLast()).hasToString("81:last");
            finished.countDown();
        }
    }

    @Test
    void whatWaitsFailsWhenTheSessionEnds() throws Exception {
        try (var server = server();
                var client = RawClient.open(server.port())) {
            var outbox = new Outbox(opened.join(), 10 << 20);
            fill(outbox);
            assertThat(outbox.offer("two", settled::add)).isEqualTo(Outbox.Offer.WAITING);
            opened.join().drop();
            eventually(() -> assertThat(settled).containsExactly(false, false));
            assertThat(outbox.offer("three", settled::add)).isEqualTo(Outbox.Offer.CLOSED);
            finished.countDown();
        }
    }

    @Test
    void anotherThreadsUnfinishedMessageIsWaitedFor() throws Exception {
        try (var server = server();
                var client = RawClient.open(server.port())) {
            var session = opened.join();
            var outbox = new Outbox(session, 0);
            var begun = new CountDownLatch(1);
            var waits = new CountDownLatch(1);
            var author = Thread.ofVirtual().start(() -> {
                try {
                    session.send("one ", false);
                    begun.countDown();
                    waits.await();
                    session.send("message", true);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            begun.await();
            assertThat(outbox.offer("between", settled::add)).isEqualTo(Outbox.Offer.WAITING);
            waits.countDown();
            author.join();
            assertThat(client.frames(3))
                    .extracting(Object::toString)
                    .containsExactly("1:one ", "80:message", "81:between");
            // It is told after it has gone out.
            eventually(() -> assertThat(settled).containsExactly(true));
            finished.countDown();
        }
    }
}
