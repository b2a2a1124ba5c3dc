package io.wshd.websocket;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How far the closing of a session has come, and what is due when (RFC 6455 section 7.1). The peer's Close frame is
 * answered by the handler when it has taken all messages; this decides when to do it in the handler's place.
 */
final class Closing {

    /** After failing the connection, input is discarded up to these, so that no TCP reset overtakes the Close frame. */
    private static final long DRAIN_BYTES = 16L << 20;

    /** How long a handler may go on sending without receiving. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long timeout;

    /** How long a handler that sends, or does nothing, may leave the peer's Close frame unanswered. */
    private final long grace;

    /** Whether a handler that only sends may still mean to receive. */
    private final boolean patient;

    private final AtomicBoolean answering = new AtomicBoolean();

    private volatile CloseStatus peer;
    private volatile CloseStatus failure;
    /** When the peer closed or broke the protocol. */
    private volatile long endAt;

    /** When the connection is dropped; 0 while no Close frame is to be sent. */
    private volatile long deadline;

    private volatile boolean received;

    /** When the handler sent for the first time since it last received; 0 if it has not. */
    private volatile long sendingSince;

    /** I/O thread only. */
    private long drained;

    /**
     * @param timeout for the peer to answer, and for the handler to notice
     * @param patient whether a handler that sends without receiving is given all of that too
     */
    Closing(Duration timeout, boolean patient) {
        this.timeout = timeout.toNanos();
        this.grace = patient ? this.timeout : Math.min(this.timeout, GRACE_NANOS);
        this.patient = patient;
    }

    /** The handler asks for a message. */
    void receiving() {
        if (!received) {
            received = true;
        }
        if (sendingSince != 0) {
            sendingSince = 0;
        }
    }

    /** The handler sends. */
    void sending() {
        if (sendingSince == 0) {
            sendingSince = System.nanoTime() | 1;
        }
    }

    void peerClosed(CloseStatus status) {
        endAt = System.nanoTime();
        peer = status;
    }

    /** The status of the peer's Close frame, or null if none has come. */
    CloseStatus peer() {
        return peer;
    }

    /** Claims the answer to the peer's Close frame or failure: true once. */
    boolean answering() {
        return answering.compareAndSet(false, true);
    }

    /** Whether the answer to the peer's Close frame or failure should not wait any longer for the handler. */
    boolean isAnswerDue(long now, boolean allTaken) {
        if (peer == null && failure == null || answering.get()) {
            return false;
        }
        long since = sendingSince;
        if (!received && allTaken) {
            // A handler that only ever sends has nothing to answer; one that has done nothing yet may be starting.
            return since != 0 && !patient || now - endAt >= grace;
        }
        long from = since == 0 || since - endAt < 0 ? endAt : since;
        return now - from >= (since == 0 ? timeout : grace);
    }

    /** A Close frame is to be sent. */
    void begun() {
        if (deadline == 0) {
            deadline = System.nanoTime() + timeout | 1;
        }
    }

    /** The peer broke the protocol: the connection is to be failed, and input no longer decoded. */
    void fail(CloseStatus status) {
        endAt = System.nanoTime();
        failure = status;
    }

    /** The status that the connection was failed with, or null. */
    CloseStatus failure() {
        return failure;
    }

    boolean isFailed() {
        return failure != null;
    }

    /** The Close frame of a failed connection has left. */
    void draining() {
        deadline = System.nanoTime() + timeout | 1;
    }

    /** Counts discarded bytes; false when there were enough. */
    boolean mayDrain(int bytes) {
        drained += bytes;
        return drained <= DRAIN_BYTES;
    }

    boolean isOverdue(long now) {
        long at = deadline;
        return at != 0 && now - at >= 0;
    }

    /** The code to report: the peer's, or that of a failed connection, or 1006. */
    int code() {
        return peer != null ? peer.code() : failure != null ? failure.code() : CloseStatus.ABNORMAL;
    }
}
