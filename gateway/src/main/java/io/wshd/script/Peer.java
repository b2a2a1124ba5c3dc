package io.wshd.script;

import io.wshd.websocket.Message;
import io.wshd.websocket.Session;
import java.time.Instant;
import org.graalvm.polyglot.HostAccess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open connection, as the other connections of its script see it. Nothing here waits; any thread. Public because
 * scripts' glue calls it.
 */
public final class Peer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    /** "Try again later", as registered with IANA. */
    private static final int TRY_AGAIN_LATER = 1013;

    private final long id;
    private final String resource;
    private final String host;
    private final int port;
    private final Instant since = Instant.now();
    private final Session session;
    private final Outbox outbox;
    private final Connections connections;

    Peer(long id, Upgrade upgrade, Session session, Outbox outbox, Connections connections) {
        this.id = id;
        this.resource = upgrade.uri();
        this.host = upgrade.remote().getAddress().getHostAddress();
        this.port = upgrade.remote().getPort();
        this.session = session;
        this.outbox = outbox;
        this.connections = connections;
    }

    /** No two connections of a gateway have the same. */
    @HostAccess.Export
    public long id() {
        return id;
    }

    /** Path and query. */
    @HostAccess.Export
    public String resource() {
        return resource;
    }

    @HostAccess.Export
    public String remoteHost() {
        return host;
    }

    @HostAccess.Export
    public int remotePort() {
        return port;
    }

    /** When it was opened, in milliseconds since 1970. */
    @HostAccess.Export
    public long since() {
        return since.toEpochMilli();
    }

    /** Whether messages can still be sent. */
    @HostAccess.Export
    public boolean isOpen() {
        return session.isOpen();
    }

    /** For sends that keep count of what waits. */
    public Outbox outbox() {
        return outbox;
    }

    /**
     * Sends a message behind those that wait. A client that has too many waiting is closed with 1013: it cannot be given
     * all, and must not be given some.
     *
     * @return whether it is sent, or waits to be
     */
    public boolean post(Message message) {
        Outbox.Offer offer = outbox.offer(message, sent -> {});
        if (offer == Outbox.Offer.FULL) {
            LOG.info(
                    "{}: connection #{} of {} reads too slowly for what others send to it (scripts.send-backlog);"
                            + " it is closed with 1013",
                    connections.script(),
                    id,
                    session.peer());
            close(TRY_AGAIN_LATER, "too slow");
        }
        return offer == Outbox.Offer.SENT || offer == Outbox.Offer.WAITING;
    }

    /**
     * Has the connection closed; its handler sees the end.
     *
     * @throws IllegalArgumentException for a code or reason that cannot be sent
     */
    @HostAccess.Export
    public void close(int code, String reason) {
        try {
            session.close(code, reason, false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The connection is none of the script's any more. */
    @Override
    public void close() {
        connections.remove(this);
    }
}
