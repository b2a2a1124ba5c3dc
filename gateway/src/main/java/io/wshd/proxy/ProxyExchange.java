package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import io.wshd.config.ProxyConfig;
import io.wshd.config.RouteConfig;
import io.wshd.observe.RequestId;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/**
 * One request from a client, all attempts to have it answered, and the answer. Runs on the I/O thread of the client's
 * connection, as does all that it starts.
 *
 * <p>An attempt that failed is followed by another one, within the bounds, if nothing of the request can have reached a
 * server, or if its method says that it may be repeated and no byte of its body is lost.
 */
final class ProxyExchange extends Ticker.Timed implements ConnectionPool.Lease, UpstreamStream.Listener {

    private enum Phase {
        /** for a connection to be given back */
        WAITING,
        CONNECTING,
        /** the request is on its way, or the server thinks */
        SENDING,
        ANSWERING,
        DONE
    }

    private static final Logger LOG = LoggerFactory.getLogger("proxy");

    private final HttpServerExchange client;
    private final ReverseProxy proxy;
    private final RouteConfig.Proxy rules;
    private final Upstream upstream;
    private final ProxyConfig settings;
    private Lane lane;
    private final boolean upgrade;
    private final boolean repeatable;
    private final long started = System.nanoTime();

    private Phase phase = Phase.WAITING;
    private long progress = started;
    private boolean queued;
    private int attempts;
    private Set<Server> tried = Set.of();
    private Server server;
    private Server last;
    private UpstreamConnection connection;
    private UpstreamStream stream;
    private byte[] content;
    private StreamSourceChannel body;
    private boolean bodyTouched;
    private boolean continued;
    private Pump upload;
    private Pump download;

    ProxyExchange(HttpServerExchange client, ReverseProxy proxy, Upstream upstream) {
        this.client = client;
        this.proxy = proxy;
        this.rules = proxy.rules();
        this.upstream = upstream;
        this.settings = upstream.settings();
        this.upgrade = client.isRequestComplete() && HopHeaders.upgrades(client.getRequestHeaders());
        this.repeatable = Repeatable.method(client.getRequestMethod());
    }

    /** On the I/O thread of the client's connection. */
    void start() {
        lane = upstream.lane(client.getIoThread());
        upstream.budget().request();
        client.addExchangeCompleteListener((ended, next) -> {
            clientEnded();
            next.proceed();
        });
        lane.ticker().add(this);
        if (repeatable && settings.retries().attempts() > 0 && SmallBody.fits(client)) {
            new SmallBody(client, this::contentRead, this::clientFailed).read();
        } else {
            proceed();
        }
    }

    private void contentRead(byte[] bytes) {
        content = bytes;
        progress = System.nanoTime();
        proceed();
    }

    // ---- a server and a connection to it

    /** Chooses a server, or joins the queue. */
    void proceed() {
        if (phase != Phase.WAITING) {
            return;
        }
        switch (upstream.choose(lane, client, tried)) {
            case Upstream.Chosen(var chosen) -> {
                leaveQueue();
                phase = Phase.CONNECTING;
                server = chosen;
                attempts++;
                server.active().incrementAndGet();
                server.requests().increment();
                lane.pool(server).lease(this, !repeatable);
            }
            case Upstream.Full() -> joinQueue();
            case Upstream.Unavailable() -> {
                leaveQueue();
                upstream.refused().increment();
                fail(StatusCodes.SERVICE_UNAVAILABLE, "no server may get requests: " + upstream.states());
            }
        }
    }

    private void joinQueue() {
        if (!queued) {
            if (upstream.waiting().incrementAndGet() > settings.limits().queue()) {
                upstream.waiting().decrementAndGet();
                upstream.refused().increment();
                fail(StatusCodes.SERVICE_UNAVAILABLE, "all connections are in use and too many requests wait");
                return;
            }
            queued = true;
            progress = System.nanoTime();
            lane.await(this, false);
        } else {
            lane.await(this, true);
        }
    }

    private void leaveQueue() {
        if (queued) {
            queued = false;
            upstream.waiting().decrementAndGet();
            lane.forget(this);
        }
    }

    @Override
    public void leased(UpstreamConnection leased) {
        if (phase == Phase.DONE) {
            lane.pool(last).release(leased);
            lane.proceed();
            return;
        }
        connection = leased;
        progress = System.nanoTime();
        phase = Phase.SENDING;
        boolean streamed = content == null && !client.isRequestComplete();
        stream = leased.send(
                new UpstreamStream.Request(
                        client.getRequestMethod().toString(),
                        UpstreamPath.of(client, rules.path(), server.uri()),
                        RequestHeaders.toServer(client, rules, server.uri(), upgrade),
                        streamed,
                        content),
                this);
        if (streamed) {
            upload();
        }
    }

    @Override
    public void failed(IOException e, boolean late) {
        if (phase != Phase.DONE) {
            server.failed(e.getMessage());
            letGo();
            attemptFailed(late ? StatusCodes.GATEWAY_TIME_OUT : StatusCodes.BAD_GATEWAY, e.getMessage(), true);
        }
    }

    // ---- the request

    private void upload() {
        if (body == null) {
            body = client.getRequestChannel();
        }
        upload = new Pump(body, stream.requestBody(), proxy.buffers(), () -> false) {
            @Override
            void read() {
                bodyTouched = true;
            }

            @Override
            void moved(long bytes) {
                progress = lane.ticker().now();
            }

            @Override
            void sourceEnded() {
                var trailers = client.getAttachment(HttpAttachments.REQUEST_TRAILERS);
                if (trailers != null && stream != null) {
                    stream.requestTrailers(HopHeaders.withoutThem(trailers));
                }
            }

            @Override
            void ended() {
                upload = null;
                progress = System.nanoTime();
            }

            @Override
            void readFailed(IOException e) {
                upload = null;
                clientFailed(e);
            }

            @Override
            void writeFailed(IOException e) {
                // The server may have answered before it closed; if not, reading will tell.
                upload = null;
                progress = System.nanoTime();
            }
        };
        upload.start();
    }

    private void stopUpload() {
        if (upload != null) {
            upload.stop();
            upload = null;
        }
    }

    /** More has arrived than is allowed. */
    void tooLarge() {
        if (phase == Phase.DONE) {
            return;
        }
        if (client.isResponseStarted()) {
            cutOff();
        } else {
            fail(StatusCodes.REQUEST_ENTITY_TOO_LARGE, ReverseProxy.TOO_LARGE);
        }
    }

    // ---- the answer

    @Override
    public void informational(int status, String reason, HeaderMap headers) {
        if (phase == Phase.SENDING) {
            progress = System.nanoTime();
            continued |= status == StatusCodes.CONTINUE;
            Informational.send(client, status, reason, headers);
        }
    }

    @Override
    public void response(int status, String reason, HeaderMap headers) {
        try {
            if (status == StatusCodes.SWITCHING_PROTOCOLS) {
                switchProtocols(headers);
            } else {
                answer(status, reason, headers);
            }
        } catch (RuntimeException e) {
            // Whoever called would swallow it.
            LOG.error("{} passing an answer on failed", RequestId.of(client), e);
            cutOff();
        }
    }

    private void answer(int status, String reason, HeaderMap headers) {
        server.succeeded();
        phase = Phase.ANSWERING;
        progress = System.nanoTime();
        client.setStatusCode(status);
        if (!reason.isEmpty()) {
            client.setReasonPhrase(reason);
        }
        ResponseHeaders.toClient(headers, client, rules, server.uri());
        stick();
        if (!client.isRequestComplete()
                && !continued
                && client.getRequestHeaders().contains(Headers.EXPECT)) {
            // Whether the body comes after all is the client's choice.
            client.setPersistent(false);
        }
        var sink = client.getResponseChannel();
        if (sink == null) {
            cutOff();
        } else {
            download(sink);
        }
    }

    private void stick() {
        var sticky = upstream.sticky();
        if (sticky != null && sticky.server(client).filter(server::equals).isEmpty()) {
            client.setResponseCookie(sticky.cookie(server, client));
        }
    }

    private void download(StreamSinkChannel sink) {
        download = new Pump(stream.responseBody(), sink, proxy.buffers(), stream.drained()) {
            @Override
            void moved(long bytes) {
                progress = lane.ticker().now();
            }

            @Override
            void sourceEnded() {
                answerRead(sink);
            }

            @Override
            void ended() {
                finished();
            }

            @Override
            void readFailed(IOException e) {
                if (phase == Phase.ANSWERING) {
                    server.failed(e.getMessage());
                    warn("broke off: " + e.getMessage());
                    cutOff();
                }
            }

            @Override
            void writeFailed(IOException e) {
                clientFailed(e);
            }
        };
        download.start();
    }

    /** The connection is free for others, even if the client takes its time. */
    private void answerRead(StreamSinkChannel sink) {
        var trailers = stream.responseTrailers();
        if (trailers.size() > 0) {
            client.putAttachment(HttpAttachments.RESPONSE_TRAILERS, HopHeaders.withoutThem(trailers));
            try {
                // Without a byte written, the response would be one without a body, and without trailers.
                sink.flush();
            } catch (IOException e) {
                LOG.debug("{} the client left before the trailers", RequestId.of(client));
            }
        }
        // What the client still sends, the server has not waited for.
        stopUpload();
        letGo();
    }

    private void finished() {
        phase = Phase.DONE;
        lane.ticker().remove(this);
        if (!client.isRequestComplete()) {
            RequestBody.linger(client);
            client.endExchange();
        }
    }

    private void switchProtocols(HeaderMap headers) {
        if (!upgrade) {
            refused("status 101 to a request that did not ask for it");
            return;
        }
        if (server.tunnels().incrementAndGet() > settings.limits().tunnels()) {
            server.tunnels().decrementAndGet();
            upstream.refused().increment();
            abort();
            fail(StatusCodes.SERVICE_UNAVAILABLE, "too many tunnels to " + server);
            return;
        }
        server.succeeded();
        ResponseHeaders.toClient(headers, client, rules, server.uri());
        client.getResponseHeaders().put(Headers.UPGRADE, "websocket");
        stick();
        var io = stream.upgrade();
        lane.pool(server).upgraded();
        var tunnel = new Tunnel(io, proxy, server, lane, settings.timeouts());
        phase = Phase.DONE;
        lane.ticker().remove(this);
        // The tunnel counts as active for as long as it lasts.
        stream = null;
        server = null;
        client.upgradeChannel((upgraded, exchange) -> tunnel.open(upgraded));
        client.endExchange();
    }

    // ---- failures

    /** There will be no answer. */
    @Override
    public void failed(IOException e) {
        if (phase != Phase.SENDING) {
            return;
        }
        refused(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }

    private void refused(String reason) {
        boolean untouched = stream.untouched();
        boolean stale = connection.usedBefore();
        if (!stale) {
            server.failed(reason);
        }
        stopUpload();
        letGo();
        attemptFailed(StatusCodes.BAD_GATEWAY, "no usable answer: " + reason, untouched);
    }

    /** @param harmless whether nothing can have come of the attempt */
    private void attemptFailed(int status, String reason, boolean harmless) {
        boolean again = (harmless || repeatable)
                && !bodyTouched
                && attempts <= settings.retries().attempts()
                && !client.isResponseStarted()
                && upstream.budget().take();
        if (!again) {
            fail(status, reason);
            return;
        }
        upstream.retries().increment();
        LOG.debug("{} again after: {}", RequestId.of(client), reason);
        tried = new HashSet<>(tried);
        tried.add(last);
        phase = Phase.WAITING;
        progress = System.nanoTime();
        proceed();
    }

    private void fail(int status, String reason) {
        phase = Phase.DONE;
        lane.ticker().remove(this);
        leaveQueue();
        stopUpload();
        abort();
        warn(status + " to upstream " + upstream.config().name() + at() + ": " + reason);
        client.setStatusCode(status);
        if (!client.isRequestComplete()) {
            RequestBody.linger(client);
        }
        client.endExchange();
    }

    /** The server, where the upstream's name does not say it. */
    private String at() {
        var asked = server == null ? last : server;
        return asked == null || asked.toString().equals(upstream.config().name()) ? "" : " at " + asked;
    }

    private void warn(String what) {
        LOG.warn("{} {} {}: {}", RequestId.of(client), client.getRequestMethod(), client.getRequestURI(), what);
    }

    /** The client's connection failed: it is closed already, or about to be. */
    private void clientFailed(IOException e) {
        if (phase != Phase.DONE) {
            LOG.debug("{} the client left: {}", RequestId.of(client), e.toString());
            cutOff();
        }
    }

    /** Ends the client's connection in the middle of the answer, which is all that can be told it now. */
    private void cutOff() {
        phase = Phase.DONE;
        lane.ticker().remove(this);
        stopUpload();
        abort();
        if (download != null) {
            download.stop();
        }
        IoUtils.safeClose(client.getConnection());
        client.endExchange();
    }

    /** The exchange has ended, well or not. */
    private void clientEnded() {
        lane.ticker().remove(this);
        if (phase != Phase.DONE) {
            phase = Phase.DONE;
            leaveQueue();
            stopUpload();
            if (download != null) {
                download.stop();
            }
        }
        abort();
    }

    private void abort() {
        if (stream != null) {
            stream.abort();
        }
        letGo();
    }

    /** Ends the attempt: the connection serves others if it can, and is closed if not. */
    private void letGo() {
        if (server == null) {
            return;
        }
        last = server;
        server = null;
        last.active().decrementAndGet();
        if (stream != null) {
            var ended = stream;
            stream = null;
            if (ended.reusable()) {
                lane.pool(last).release(connection);
            } else {
                ended.abort();
            }
            lane.proceed();
        }
    }

    // ---- deadlines

    @Override
    void look(long now) {
        var timeouts = settings.timeouts();
        if (!timeouts.total().isZero() && now - started >= timeouts.total().toNanos()) {
            tooLate("no complete answer within " + timeouts.total());
            return;
        }
        long waited = now - progress;
        switch (phase) {
            case WAITING -> {
                if (queued && waited >= settings.limits().queueTimeout().toNanos()) {
                    upstream.refused().increment();
                    fail(
                            StatusCodes.SERVICE_UNAVAILABLE,
                            "all connections were in use for "
                                    + settings.limits().queueTimeout());
                } else if (!queued && waited >= timeouts.idle().toNanos()) {
                    fail(StatusCodes.REQUEST_TIME_OUT, "the client sent nothing for " + timeouts.idle());
                }
            }
            case SENDING -> lookAtRequest(waited);
            case ANSWERING -> {
                if (waited >= timeouts.idle().toNanos()) {
                    warn((download.blocked() ? "the client took" : "the server sent") + " nothing for "
                            + timeouts.idle());
                    cutOff();
                }
            }
            case CONNECTING, DONE -> {}
        }
    }

    private void lookAtRequest(long waited) {
        var timeouts = settings.timeouts();
        boolean clientsTurn = upload != null && !upload.blocked() && !waitsForContinue();
        if (clientsTurn) {
            if (waited >= timeouts.idle().toNanos()) {
                fail(StatusCodes.REQUEST_TIME_OUT, "the client sent nothing for " + timeouts.idle());
            }
        } else if (upload != null && upload.blocked()) {
            if (waited >= timeouts.idle().toNanos()) {
                tooLate("the server took nothing for " + timeouts.idle());
            }
        } else if (waited >= timeouts.firstByte().toNanos()) {
            tooLate("no answer within " + timeouts.firstByte());
        }
    }

    private boolean waitsForContinue() {
        return !continued && !bodyTouched && client.getRequestHeaders().contains(Headers.EXPECT);
    }

    private void tooLate(String reason) {
        if (client.isResponseStarted()) {
            warn(reason);
            cutOff();
            return;
        }
        if (phase != Phase.SENDING) {
            fail(StatusCodes.GATEWAY_TIME_OUT, reason);
            return;
        }
        server.failed(reason);
        // The same server would not be quicker the second time.
        boolean others = upstream.servers().size() > tried.size() + 1;
        phase = Phase.WAITING;
        stopUpload();
        abort();
        if (others) {
            attemptFailed(StatusCodes.GATEWAY_TIME_OUT, reason, false);
        } else {
            fail(StatusCodes.GATEWAY_TIME_OUT, reason);
        }
    }
}
