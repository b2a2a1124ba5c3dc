package io.wshd.websocket;

import io.undertow.server.ServerConnection;
import io.wshd.config.WebSocketConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.ssl.SslConnection;

/**
 * A session's stream on a connection that Undertow has upgraded, plain or TLS. The only class here that knows XNIO.
 */
public final class XnioTransport implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(XnioTransport.class);

    private static final int SCRATCH = 16 * 1024;

    /** One read buffer for each I/O thread: between two reads a session keeps none. */
    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(SCRATCH));

    private final StreamConnection connection;
    private final ConduitStreamSourceChannel source;
    private final ConduitStreamSinkChannel sink;
    private volatile boolean ending;

    private XnioTransport(StreamConnection connection) {
        this.connection = connection;
        this.source = connection.getSourceChannel();
        this.sink = connection.getSinkChannel();
    }

    /**
     * Begins a session and starts reading, with what came behind the handshake first. To be called from
     * {@code HttpUpgradeListener.handleUpgrade}.
     *
     * @param http the connection that {@code connection} was upgraded from
     * @param deflate what the handshake has agreed on, if anything
     */
    public static Session open(
            StreamConnection connection,
            ServerConnection http,
            Sessions sessions,
            WebSocketConfig config,
            Optional<PerMessageDeflate> deflate) {
        var transport = new XnioTransport(connection);
        Session session = sessions.open(transport, config, deflate);
        transport.attach(session, http);
        transport.source.wakeupReads();
        return session;
    }

    /** As {@link #open}, but reads nothing yet: {@link Session#begin} does, behind the answer to the handshake. */
    public static Session openBehind(
            StreamConnection connection,
            ServerConnection http,
            Sessions sessions,
            WebSocketConfig config,
            Optional<PerMessageDeflate> deflate) {
        var transport = new XnioTransport(connection);
        Session session = sessions.open(transport, config, deflate);
        transport.attach(session, http);
        return session;
    }

    /** As {@link #open}, for a session of raw bytes. */
    public static Session openRaw(
            StreamConnection connection, ServerConnection http, Sessions sessions, WebSocketConfig config) {
        try {
            // Nobody pings its peer.
            connection.setOption(Options.KEEP_ALIVE, true);
        } catch (IOException e) {
            LOG.debug("{}: {}", connection.getPeerAddress(), e.toString());
        }
        var transport = new XnioTransport(connection);
        Session session = sessions.openRaw(transport, config);
        transport.attach(session, http);
        transport.source.wakeupReads();
        return session;
    }

    private void attach(Session session, ServerConnection http) {
        source.setReadListener(channel -> session.onReadable(BUFFER.get()));
        sink.setWriteListener(channel -> writable(session));
        // Through Undertow: a close listener on the connection itself would replace the one that counts connections.
        http.addCloseListener(closed -> session.onClosed());
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        return source.read(to);
    }

    @Override
    public boolean write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            if (sink.write(from) == 0) {
                return false;
            }
        }
        // TLS keeps a record of its own that may still wait for the socket.
        return sink.flush();
    }

    @Override
    public void suspendReads() {
        source.suspendReads();
    }

    @Override
    public void resumeReads() {
        inOrder(source::resumeReads);
    }

    @Override
    public void wakeupReads() {
        XnioIoThread io = connection.getIoThread();
        if (Thread.currentThread() == io) {
            source.wakeupReads();
        } else {
            // Asked by another thread while reads are resumed, XNIO queues the call and lets the selector sleep.
            execute(io, source::wakeupReads);
        }
    }

    @Override
    public void resumeWrites() {
        inOrder(sink::resumeWrites);
    }

    @Override
    public void shutdownWrites() {
        ending = true;
        try {
            sink.shutdownWrites();
            if (!sink.flush()) {
                sink.resumeWrites();
            }
        } catch (IOException e) {
            close();
        }
    }

    @Override
    public void close() {
        IoUtils.safeClose(connection);
    }

    @Override
    public String peer() {
        return String.valueOf(connection.getPeerAddress());
    }

    /** Undertow's TLS keeps what is resumed in flags that are no matter for two threads at a time. */
    private void inOrder(Runnable change) {
        XnioIoThread io = connection.getIoThread();
        if (connection instanceof SslConnection && Thread.currentThread() != io) {
            execute(io, change);
        } else {
            change.run();
        }
    }

    private void execute(XnioIoThread io, Runnable change) {
        try {
            io.execute(change);
        } catch (RejectedExecutionException e) {
            // The worker has been shut down.
            close();
        }
    }

    private void writable(Session session) {
        sink.suspendWrites();
        if (ending) {
            shutdownWrites();
        } else {
            session.onWritable();
        }
    }
}
