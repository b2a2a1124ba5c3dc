package io.wshd.proxy;

import io.undertow.client.ClientCallback;
import io.undertow.client.ClientConnection;
import io.undertow.client.ClientExchange;
import io.undertow.client.ClientRequest;
import io.undertow.client.ClientResponse;
import io.undertow.client.ContinueNotification;
import io.undertow.client.PushCallback;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.AttachmentList;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.util.List;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/** Lets ProxyHandler see the upstream's response only after it was made fit for the client. */
final class UpstreamExchange implements ClientExchange {

    private final ClientExchange sent;
    private final UpstreamConnection connection;
    private final HttpServerExchange exchange;

    UpstreamExchange(ClientExchange sent, UpstreamConnection connection, HttpServerExchange exchange) {
        this.sent = sent;
        this.connection = connection;
        this.exchange = exchange;
    }

    @Override
    public void setResponseListener(ClientCallback<ClientExchange> listener) {
        sent.setResponseListener(new ClientCallback<>() {
            @Override
            public void completed(ClientExchange result) {
                received(listener);
            }

            @Override
            public void failed(IOException e) {
                connection.report(e, listener);
            }
        });
    }

    private void received(ClientCallback<ClientExchange> listener) {
        var asked = ForwardedHeaders.upgrades(exchange.getRequestHeaders());
        var upgraded = sent.getResponse().getResponseCode() == StatusCodes.SWITCHING_PROTOCOLS;
        if (upgraded && !asked) {
            connection.report(new IOException("status 101 to a request that did not ask for it"), listener);
            IoUtils.safeClose(connection);
            return;
        }
        if (asked && !upgraded) {
            // With an Upgrade header in the response (426 has one) HttpClientConnection still counts as upgraded, and
            // the pool would neither reuse nor close it.
            exchange.addExchangeCompleteListener((ended, next) -> {
                IoUtils.safeClose(connection);
                next.proceed();
            });
        }
        ForwardedHeaders.toClient(sent.getResponse().getResponseHeaders(), upgraded);
        listener.completed(this);
    }

    @Override
    public void setContinueHandler(ContinueNotification handler) {
        sent.setContinueHandler(handler);
    }

    @Override
    public void setPushHandler(PushCallback callback) {
        sent.setPushHandler(callback);
    }

    @Override
    public StreamSinkChannel getRequestChannel() {
        return sent.getRequestChannel();
    }

    @Override
    public StreamSourceChannel getResponseChannel() {
        return sent.getResponseChannel();
    }

    @Override
    public ClientRequest getRequest() {
        return sent.getRequest();
    }

    @Override
    public ClientResponse getResponse() {
        return sent.getResponse();
    }

    @Override
    public ClientResponse getContinueResponse() {
        return sent.getContinueResponse();
    }

    @Override
    public ClientConnection getConnection() {
        return connection;
    }

    @Override
    public <T> T getAttachment(AttachmentKey<T> key) {
        return sent.getAttachment(key);
    }

    @Override
    public <T> List<T> getAttachmentList(AttachmentKey<? extends List<T>> key) {
        return sent.getAttachmentList(key);
    }

    @Override
    public <T> T putAttachment(AttachmentKey<T> key, T value) {
        return sent.putAttachment(key, value);
    }

    @Override
    public <T> T removeAttachment(AttachmentKey<T> key) {
        return sent.removeAttachment(key);
    }

    @Override
    public <T> void addToAttachmentList(AttachmentKey<AttachmentList<T>> key, T value) {
        sent.addToAttachmentList(key, value);
    }
}
