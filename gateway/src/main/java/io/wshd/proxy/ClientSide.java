package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import io.wshd.observe.RequestId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/** What the client of an exchange is told, and the log with it. On the I/O thread of the client's connection. */
final class ClientSide {

    private static final Logger LOG = LoggerFactory.getLogger("proxy");

    private final HttpServerExchange client;
    private final ReverseProxy proxy;
    private final Upstream upstream;

    ClientSide(HttpServerExchange client, ReverseProxy proxy, Upstream upstream) {
        this.client = client;
        this.proxy = proxy;
        this.upstream = upstream;
    }

    /** The head of a server's answer, which leaves with the first bytes of the body. */
    void head(int status, String reason, HeaderMap headers, Server server) {
        client.setStatusCode(status);
        if (!reason.isEmpty()) {
            client.setReasonPhrase(reason);
        }
        headers(headers, server);
        var sent = client.getResponseHeaders();
        if (client.isHttp11() && !sent.contains(Headers.CONTENT_LENGTH) && mayHaveBody(status)) {
            // Undertow would end it with the connection where that is not kept: half of it would look like the whole,
            // and
            // trailers have no place.
            sent.put(Headers.TRANSFER_ENCODING, "chunked");
        }
    }

    private boolean mayHaveBody(int status) {
        return status != StatusCodes.NO_CONTENT
                && status != StatusCodes.NOT_MODIFIED
                && !client.getRequestMethod().equals(Methods.HEAD);
    }

    /** The head of a server's consent to switch protocols; the status is for whoever does that. */
    void switching(HeaderMap headers, Server server) {
        headers(headers, server);
        client.getResponseHeaders().put(Headers.UPGRADE, "websocket");
    }

    private void headers(HeaderMap headers, Server server) {
        ResponseHeaders.toClient(headers, client, proxy.rules(), server.uri());
        var sticky = upstream.sticky();
        if (sticky != null && sticky.server(client).filter(server::equals).isEmpty()) {
            client.setResponseCookie(sticky.cookie(server, client));
        }
    }

    /**
     * An answer of ours.
     *
     * @param at the server that was asked last, or null
     */
    void refuse(int status, String reason, Server at) {
        var name = upstream.config().name();
        // A server is named where the upstream's name does not say it.
        var place = at == null || at.toString().equals(name) ? name : name + " at " + at;
        warn(status + " to upstream " + place + ": " + reason);
        client.setStatusCode(status);
        if (!client.isRequestComplete()) {
            RequestBody.linger(client);
        }
        client.endExchange();
    }

    void warn(String what) {
        LOG.warn("{} {} {}: {}", RequestId.of(client), client.getRequestMethod(), client.getRequestURI(), what);
    }

    /** Ends the connection in the middle of the answer, which is all that can be told then. */
    void cutOff() {
        IoUtils.safeClose(client.getConnection());
        client.endExchange();
    }
}
