package io.wshd.websocket;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts of all sessions since the start. Any thread; sums are not taken at one instant. */
public final class SessionMetrics {

    private final LongAdder open = new LongAdder();
    private final LongAdder opened = new LongAdder();
    private final LongAdder messagesIn = new LongAdder();
    private final LongAdder messagesOut = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder pingsIn = new LongAdder();
    private final LongAdder pingsOut = new LongAdder();
    private final LongAdder pingTimeouts = new LongAdder();
    private final LongAdder idleTimeouts = new LongAdder();
    private final LongAdder sendTimeouts = new LongAdder();
    private final LongAdder sendsParked = new LongAdder();
    private final LongAdder nanosParked = new LongAdder();
    private final LongAdder readAheadFull = new LongAdder();
    private final Map<Integer, LongAdder> closeCodes = new ConcurrentHashMap<>();
    private final Map<Handshake.Refused.Cause, LongAdder> refused = new ConcurrentHashMap<>();

    public long open() {
        return open.sum();
    }

    public long opened() {
        return opened.sum();
    }

    public long messagesIn() {
        return messagesIn.sum();
    }

    public long messagesOut() {
        return messagesOut.sum();
    }

    /** Of payloads of whole messages received. */
    public long bytesIn() {
        return bytesIn.sum();
    }

    /** Of payloads of messages sent. */
    public long bytesOut() {
        return bytesOut.sum();
    }

    public long pingsIn() {
        return pingsIn.sum();
    }

    public long pingsOut() {
        return pingsOut.sum();
    }

    /** Sessions dropped because nothing came within ping-timeout of a ping. */
    public long pingTimeouts() {
        return pingTimeouts.sum();
    }

    /** Sessions closed because there was no message for idle-timeout. */
    public long idleTimeouts() {
        return idleTimeouts.sum();
    }

    /** Sessions dropped because a send did not get past a full socket within send-deadline. */
    public long sendTimeouts() {
        return sendTimeouts.sum();
    }

    /** Times that a send met a full socket. */
    public long sendsParked() {
        return sendsParked.sum();
    }

    public Duration timeParked() {
        return Duration.ofNanos(nanosParked.sum());
    }

    /** Times that a session stopped reading because its handler was behind. */
    public long readAheadFull() {
        return readAheadFull.sum();
    }

    /**
     * Ended sessions by code: the peer's, or else that of the Close frame that failed the connection, or else 1006.
     */
    public Map<Integer, Long> closeCodes() {
        return sums(closeCodes);
    }

    public Map<Handshake.Refused.Cause, Long> refusedHandshakes() {
        return sums(refused);
    }

    /** Counts a handshake that was answered with an error. */
    public void refused(Handshake.Refused.Cause cause) {
        refused.computeIfAbsent(cause, any -> new LongAdder()).increment();
    }

    void opening() {
        open.increment();
        opened.increment();
    }

    void ended(int code) {
        open.decrement();
        closeCodes.computeIfAbsent(code, any -> new LongAdder()).increment();
    }

    void received(int bytes) {
        messagesIn.increment();
        bytesIn.add(bytes);
    }

    void sent(long bytes, boolean fin) {
        if (fin) {
            messagesOut.increment();
        }
        bytesOut.add(bytes);
    }

    void pinged() {
        pingsIn.increment();
    }

    void pinging() {
        pingsOut.increment();
    }

    void pingTimeout() {
        pingTimeouts.increment();
    }

    void idleTimeout() {
        idleTimeouts.increment();
    }

    void sendTimeout() {
        sendTimeouts.increment();
    }

    void parked(long nanos) {
        sendsParked.increment();
        nanosParked.add(nanos);
    }

    void readAheadIsFull() {
        readAheadFull.increment();
    }

    private static <K extends Comparable<K>> Map<K, Long> sums(Map<K, LongAdder> adders) {
        var sums = new TreeMap<K, Long>();
        adders.forEach((key, adder) -> sums.put(key, adder.sum()));
        return sums;
    }
}
