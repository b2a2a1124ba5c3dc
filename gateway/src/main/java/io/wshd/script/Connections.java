package io.wshd.script;

import io.wshd.websocket.Message;
import io.wshd.websocket.Session;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The open connections of one script, whatever version of it they run. Thread-safe. */
public final class Connections {

    private static final AtomicLong IDS = new AtomicLong();

    private final String script;
    private final long backlog;
    private final Map<Long, Peer> open = new ConcurrentHashMap<>();

    /**
     * @param script its name for people
     * @param backlog bytes that may wait for one slow connection
     */
    Connections(String script, long backlog) {
        this.script = script;
        this.backlog = backlog;
    }

    String script() {
        return script;
    }

    /** An id for a connection that may be opened. */
    public long nextId() {
        return IDS.incrementAndGet();
    }

    /** Adds a connection; whoever does closes the result when it ends. */
    public Peer add(long id, Upgrade upgrade, Session session) {
        Peer peer = new Peer(id, upgrade, session, new Outbox(session, backlog), this);
        open.put(id, peer);
        return peer;
    }

    void remove(Peer peer) {
        open.remove(peer.id());
    }

    /** Those that are open now, the oldest first. */
    public List<Peer> open() {
        return open.values().stream().sorted(Comparator.comparingLong(Peer::id)).toList();
    }

    /**
     * Sends a message to all, without waiting for any of them: see {@link Peer#post}.
     *
     * @return to how many
     */
    public int broadcast(Message message) {
        int count = 0;
        for (Peer peer : open.values()) {
            if (peer.post(message)) {
                count++;
            }
        }
        return count;
    }
}
