package io.wshd.websocket;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The messages that were received and not yet taken. One thread puts, any thread takes; a taker that finds nothing
 * parks. Counts what it holds, so that the session can stop reading; what is in one read buffer may go past the mark.
 */
final class Inbox {

    /** Heap bytes that a message costs beside its payload, so that empty messages count as well. */
    static final int OVERHEAD = 64;

    private final Queue<Message> messages = new ConcurrentLinkedQueue<>();
    private final ReentrantLock taking = new ReentrantLock();
    private final AtomicReference<Runnable> callback = new AtomicReference<>();
    private final AtomicLong held = new AtomicLong();

    /** The thread that holds {@link #taking} and parks, or is about to. */
    private volatile Thread parked;

    private volatile boolean ended;

    /**
     * Adds a message.
     *
     * @return bytes held now
     */
    long put(Message message) {
        // Counted first: the taker may be quicker than this thread.
        long now = held.addAndGet(cost(message));
        messages.offer(message);
        signal();
        return now;
    }

    /** No message comes any more. Any thread; may be called again. */
    void end() {
        ended = true;
        signal();
    }

    /** Bytes held, with the constant part per message. */
    long held() {
        return held.get();
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Whether somebody waits for a message that is not there. I/O thread. */
    boolean isAwaited() {
        return messages.isEmpty() && (parked != null || callback.get() != null);
    }

    /** Whether there is no message and none will come. */
    boolean isExhausted() {
        return ended && messages.isEmpty();
    }

    /**
     * Takes the next message, parking until there is one.
     *
     * @return null once the inbox is exhausted
     */
    Message take() throws InterruptedException {
        taking.lockInterruptibly();
        try {
            while (true) {
                Message message = next();
                if (message != null || isExhausted()) {
                    return message;
                }
                parked = Thread.currentThread();
                if (messages.isEmpty() && !ended) {
                    LockSupport.park(this);
                }
                parked = null;
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        } finally {
            taking.unlock();
        }
    }

    /** Takes the next message, or returns null if there is none now, or another thread waits for it. */
    Message poll() {
        if (!taking.tryLock()) {
            return null;
        }
        try {
            return next();
        } finally {
            taking.unlock();
        }
    }

    /** Calls once, from any thread, when there is a message or none will come: perhaps at once. */
    void onReadable(Runnable once) {
        callback.set(once);
        if (ended || !messages.isEmpty()) {
            call();
        }
    }

    private Message next() {
        Message message = messages.poll();
        if (message != null) {
            held.addAndGet(-cost(message));
        }
        return message;
    }

    private void signal() {
        Thread thread = parked;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
        if (callback.get() != null) {
            call();
        }
    }

    private void call() {
        Runnable once = callback.getAndSet(null);
        if (once != null) {
            once.run();
        }
    }

    private static int cost(Message message) {
        return message.data().length + OVERHEAD;
    }
}
