package io.wshd.proxy;

import io.undertow.client.ClientCallback;
import io.undertow.client.ClientConnection;
import io.undertow.client.ClientExchange;
import io.undertow.client.ClientRequest;
import io.undertow.client.ClientStatistics;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.URI;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.Option;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/**
 * A connection as one exchange uses it. ProxyHandler has no place to change the request that it composed, nor to see
 * the response or the failure before it acts on it; here all pass through.
 */
final class UpstreamConnection implements ClientConnection {

    private static final AttachmentKey<UpstreamConnection> KEY = AttachmentKey.create(UpstreamConnection.class);

    private final ClientConnection connection;
    private final HttpServerExchange exchange;
    private final URI upstream;
    private boolean cut;

    UpstreamConnection(ClientConnection connection, HttpServerExchange exchange, URI upstream) {
        this.connection = connection;
        this.exchange = exchange;
        this.upstream = upstream;
        exchange.putAttachment(KEY, this);
    }

    /** Closes what the exchange got last, if anything. */
    static void close(HttpServerExchange exchange) {
        IoUtils.safeClose(exchange.getAttachment(KEY));
    }

    @Override
    public void sendRequest(ClientRequest request, ClientCallback<ClientExchange> callback) {
        request.setPath(UpstreamPath.of(exchange, upstream));
        ForwardedHeaders.toUpstream(request.getRequestHeaders(), exchange, upstream);
        connection.sendRequest(request, new ClientCallback<>() {
            @Override
            public void completed(ClientExchange result) {
                callback.completed(new UpstreamExchange(result, UpstreamConnection.this, exchange));
            }

            @Override
            public void failed(IOException e) {
                report(e, callback);
            }
        });
    }

    /** Tells ProxyHandler that the upstream failed; but not what follows from its own closing of the connection. */
    void report(IOException e, ClientCallback<ClientExchange> callback) {
        if (cut) {
            return;
        }
        var reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        new Failure(StatusCodes.BAD_GATEWAY, "no usable answer: " + reason).putInto(exchange);
        callback.failed(e);
    }

    @Override
    public StreamConnection performUpgrade() throws IOException {
        return connection.performUpgrade();
    }

    @Override
    public ByteBufferPool getBufferPool() {
        return connection.getBufferPool();
    }

    @Override
    public SocketAddress getPeerAddress() {
        return connection.getPeerAddress();
    }

    @Override
    public <A extends SocketAddress> A getPeerAddress(Class<A> type) {
        return connection.getPeerAddress(type);
    }

    @Override
    public ChannelListener.Setter<? extends ClientConnection> getCloseSetter() {
        return connection.getCloseSetter();
    }

    @Override
    public SocketAddress getLocalAddress() {
        return connection.getLocalAddress();
    }

    @Override
    public <A extends SocketAddress> A getLocalAddress(Class<A> type) {
        return connection.getLocalAddress(type);
    }

    @Override
    public XnioWorker getWorker() {
        return connection.getWorker();
    }

    @Override
    public XnioIoThread getIoThread() {
        return connection.getIoThread();
    }

    @Override
    public boolean isOpen() {
        return connection.isOpen();
    }

    /**
     * Ends the connection in the middle of whatever it does. Undertow's own close would first write the end of the
     * request's body, and the upstream would take half an upload for a whole one.
     */
    @Override
    public void close() throws IOException {
        cut = true;
        if (connection.isOpen()) {
            IoUtils.safeClose(connection.performUpgrade());
        }
    }

    @Override
    public boolean supportsOption(Option<?> option) {
        return connection.supportsOption(option);
    }

    @Override
    public <T> T getOption(Option<T> option) throws IOException {
        return connection.getOption(option);
    }

    @Override
    public <T> T setOption(Option<T> option, T value) throws IOException {
        return connection.setOption(option, value);
    }

    @Override
    public boolean isUpgraded() {
        return connection.isUpgraded();
    }

    @Override
    public boolean isPushSupported() {
        return connection.isPushSupported();
    }

    @Override
    public boolean isMultiplexingSupported() {
        return connection.isMultiplexingSupported();
    }

    @Override
    public ClientStatistics getStatistics() {
        return connection.getStatistics();
    }

    @Override
    public boolean isUpgradeSupported() {
        return connection.isUpgradeSupported();
    }

    @Override
    public void addCloseListener(ChannelListener<ClientConnection> listener) {
        connection.addCloseListener(listener);
    }
}
