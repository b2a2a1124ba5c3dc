package io.wshd.script.js;

import io.wshd.script.Outbox;
import io.wshd.script.Peer;
import io.wshd.websocket.CloseStatus;
import io.wshd.websocket.Message;
import io.wshd.websocket.Session;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/**
 * A session as the JavaScript prelude sees it. Its methods run on the event loop's thread and never block it; when there
 * is news, the loop has the prelude look at the connection, which asks here for what it waits for.
 *
 * <p>Public because JavaScript calls it.
 */
public final class JsConnection {

    /** What {@link #sendText} returns; the prelude knows them by number. */
    private static final int SENT = 0;

    private static final int WAITING = 1;
    private static final int FULL = 2;
    private static final int CLOSED = 3;

    private final Peer peer;
    private final Session session;
    private final EventLoop loop;
    private final ThreadFactory threads;
    private final Runnable news = this::news;
    private final AtomicBoolean announced = new AtomicBoolean();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private volatile boolean failed;
    private volatile boolean ended;

    /**
     * How the script has ended the conversation.
     *
     * @param code to close with, or 0 to leave it as it is
     * @param trouble for the log, or empty
     */
    record Ending(int code, String trouble) {}

    JsConnection(Peer peer, Session session, EventLoop loop, ThreadFactory threads) {
        this.peer = peer;
        this.session = session;
        this.loop = loop;
        this.threads = threads;
    }

    /** A number in JavaScript's sense. */
    @HostAccess.Export
    public double id() {
        return peer.id();
    }

    /**
     * The next message, a string or an ArrayBuffer; null if there is none now. The loop looks here again when there is,
     * or there will be none.
     */
    @HostAccess.Export
    public Object receive() {
        Message message = session.poll();
        if (message == null) {
            session.onReadable(news);
            return null;
        }
        return message.text()
                ? new String(message.data(), StandardCharsets.UTF_8)
                : JsBytes.arrayBuffer(message.data());
    }

    /** The same, but null too if it is time for the other connections: one that never runs out of messages is not alone. */
    @HostAccess.Export
    public Object receiveInTurn() {
        if (loop.isTurnOver()) {
            session.onReadable(news);
            return null;
        }
        return receive();
    }

    /** Whether all messages have been received and none will come. */
    @HostAccess.Export
    public boolean exhausted() {
        return session.isExhausted();
    }

    /** The code of the peer's close frame; 1005 when it had none, 1006 without a close frame. */
    @HostAccess.Export
    public int peerCode() {
        return session.peerClose().map(CloseStatus::code).orElse(CloseStatus.ABNORMAL);
    }

    @HostAccess.Export
    public String peerReason() {
        return session.peerClose().map(CloseStatus::reason).orElse("");
    }

    /** Answers the peer's close frame; a code of 0 stands for none. */
    @HostAccess.Export
    public void answerClose(int code, String reason) {
        session.answerCloseWith(status -> code == 0 ? CloseStatus.empty() : new CloseStatus(code, reason));
        session.answerClose();
    }

    /** Sends a text: 0 it is sent, 1 it waits and {@link #sent} will count it, 2 too much waits, 3 it is too late. */
    @HostAccess.Export
    public int sendText(String text) {
        return number(peer.outbox().offer(text, this::settled));
    }

    /** The same for bytes of an ArrayBuffer. */
    @HostAccess.Export
    public int sendBinary(Value buffer, int offset, int length) {
        return number(peer.outbox().offer(Message.binary(JsBytes.copy(buffer, offset, length)), this::settled));
    }

    /** Messages that waited and were sent since the last call. */
    @HostAccess.Export
    public int sent() {
        return sent.getAndSet(0);
    }

    /** Whether what still waits will not be sent. */
    @HostAccess.Export
    public boolean failed() {
        return failed;
    }

    /**
     * Closes; {@link #ended} is true when the peer has answered, or has not in time.
     *
     * @throws IllegalArgumentException for a code or reason that cannot be sent
     */
    @HostAccess.Export
    public void close(int code, String reason) throws InterruptedException {
        session.close(code, reason, false);
        if (closing.compareAndSet(false, true)) {
            threads.newThread(this::awaitEnd).start();
        }
    }

    @HostAccess.Export
    public boolean ended() {
        return ended;
    }

    /** Whether either side has ended the connection. */
    @HostAccess.Export
    public boolean over() {
        return !session.isOpen();
    }

    /** The script has nothing more to say; see {@link Ending}. */
    @HostAccess.Export
    public void finish(int code, String trouble) {
        ending.complete(new Ending(code, trouble));
    }

    CompletableFuture<Ending> ending() {
        return ending;
    }

    /** The connection is over, and nobody waits for more of it. */
    void end() {
        ended = true;
    }

    /** The loop has given this to the prelude: from now on there may be news again. */
    void taken() {
        announced.set(false);
    }

    private void news() {
        if (announced.compareAndSet(false, true)) {
            loop.ready(this);
        }
    }

    private void settled(boolean wasSent) {
        if (wasSent) {
            sent.incrementAndGet();
        } else {
            failed = true;
        }
        news();
    }

    private void awaitEnd() {
        try {
            // Once more, for the wait: it is bounded by close-timeout.
            session.close(CloseStatus.NORMAL, "", true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
            news();
        }
    }

    private static int number(Outbox.Offer offer) {
        return switch (offer) {
            case SENT -> SENT;
            case WAITING -> WAITING;
            case FULL -> FULL;
            case CLOSED -> CLOSED;
        };
    }
}
