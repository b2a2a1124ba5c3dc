package io.wshd.script;

import io.wshd.websocket.Message;
import io.wshd.websocket.Session;
import io.wshd.websocket.SessionClosedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Sends to one connection without waiting for it: what its socket does not take at once is kept in order, up to a
 * bound, and sent as it takes more. For senders that must not park: the event loop of JavaScript, and whoever sends to
 * the connections of others. Thread-safe; {@link Session}'s own sends go beside it, in no certain order.
 */
public final class Outbox {

    /** What became of a message. */
    public enum Offer {
        /** The session has it. */
        SENT,
        /** It waits for its turn; {@link Listener} tells of its end. */
        WAITING,
        /** It was not taken: too much waits already. */
        FULL,
        /** It was not taken: the session is closing or lost. */
        CLOSED
    }

    /** Told of messages that have waited: any thread, in their order. Must be quick and must not throw. */
    @FunctionalInterface
    public interface Listener {

        /**
         * @param sent false if the session ended before; then all others that wait have ended as well
         */
        void settled(boolean sent);
    }

    /** Heap bytes that a message costs beside its payload. */
    private static final int OVERHEAD = 64;

    /** Between two tries while somebody else's fragmented message is unfinished, of whose end nobody tells. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS);

    private record Waiting(String text, Message message, Listener listener) {

        long cost() {
            return OVERHEAD + (text == null ? message.data().length : 2L * text.length());
        }
    }

    private final Session session;
    private final long most;

    /** All below are guarded by this object. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private long held;
    private boolean asking;
    private boolean answered;

    /**
     * @param most bytes that may wait; the message that exceeds it is still taken, and one message always may
     */
    Outbox(Session session, long most) {
        this.session = session;
        this.most = most;
    }

    /**
     * Sends a text.
     *
     * @param listener called if the result is {@link Offer#WAITING}, and only then; perhaps before this returns
     */
    public Offer offer(String text, Listener listener) {
        return offer(new Waiting(text, null, listener));
    }

    /** Sends a message; otherwise as {@link #offer(String, Listener)}. Its array must stay as it is. */
    public Offer offer(Message message, Listener listener) {
        return offer(new Waiting(null, message, listener));
    }

    private synchronized Offer offer(Waiting next) {
        try {
            if (waiting.isEmpty() && passed(next)) {
                return Offer.SENT;
            }
        } catch (SessionClosedException e) {
            return Offer.CLOSED;
        }
        if (held >= most && !waiting.isEmpty()) {
            return Offer.FULL;
        }
        waiting.add(next);
        held += next.cost();
        if (waiting.size() == 1) {
            drain();
        }
        return Offer.WAITING;
    }

    private boolean passed(Waiting next) throws SessionClosedException {
        return next.text() == null ? session.trySend(next.message()) : session.trySend(next.text());
    }

    private synchronized void sendable() {
        if (asking) {
            answered = true;
        } else {
            drain();
        }
    }

    private synchronized void drain() {
        try {
            while (!waiting.isEmpty()) {
                if (!passed(waiting.peek()) && !passedAfterAll()) {
                    return;
                }
                settle(true);
            }
        } catch (SessionClosedException e) {
            while (!waiting.isEmpty()) {
                settle(false);
            }
        }
    }

    /** Has the session call when it is worth a try; if it says so at once, tries. */
    private boolean passedAfterAll() throws SessionClosedException {
        asking = true;
        answered = false;
        session.onSendable(this::sendable);
        asking = false;
        if (!answered) {
            return false;
        }
        if (passed(waiting.peek())) {
            return true;
        }
        LATER.execute(this::drain);
        return false;
    }

    private void settle(boolean sent) {
        Waiting first = waiting.remove();
        held -= first.cost();
        first.listener().settled(sent);
    }
}
