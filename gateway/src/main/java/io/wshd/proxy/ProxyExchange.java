package io.wshd.proxy;

import io.undertow.connector.ByteBufferPool;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.StatusCodes;
import io.wshd.observe.RequestId;
import io.wshd.proxy.Patience.Turn;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from a client, all attempts to have it answered, and the answer. Runs on the I/O thread of the client's
 * connection, as does all that it starts.
 *
 * <p>An attempt that failed is followed by another one, within the bounds, if nothing of the request can have reached a
 * server, or if its method says that it may be repeated and no byte of its body is lost.
 */
final class ProxyExchange extends Ticker.Timed implements ConnectionPool.Lease, UpstreamStream.Listener {

    private enum Phase {
        /** for a connection to be given back, or for a small body */
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
    private final Upstream upstream;
    private final ClientSide told;
    private final ClientBody body;
    private final boolean upgrade;
    private final boolean repeatable;
    private final long started = System.nanoTime();

    private Lane lane;
    private Phase phase = Phase.WAITING;
    private long progress = started;
    private boolean queued;
    private int attempts;
    private Set<Server> tried = Set.of();

    /** The last one, if there was any. */
    private Attempt attempt;

    private Download download;

    ProxyExchange(HttpServerExchange client, ReverseProxy proxy, Upstream upstream) {
        this.client = client;
        this.proxy = proxy;
        this.upstream = upstream;
        this.told = new ClientSide(client, proxy, upstream);
        this.body = new ClientBody(client);
        this.upgrade = client.isRequestComplete() && HopHeaders.upgrades(client.getRequestHeaders());
        this.repeatable = Repeatable.method(client.getRequestMethod());
    }

    ByteBufferPool buffers() {
        return proxy.buffers();
    }

    /** Something has happened. */
    void progress() {
        progress = lane.ticker().now();
    }

    /** On the I/O thread of the client's connection. */
    void start() {
        lane = upstream.lane(client.getIoThread());
        upstream.budget().request();
        proxy.requests().incrementAndGet();
        client.addExchangeCompleteListener((ended, next) -> {
            proxy.requests().decrementAndGet();
            end();
            next.proceed();
        });
        lane.ticker().add(this);
        if (repeatable && upstream.settings().retries().attempts() > 0 && SmallBody.fits(client)) {
            new SmallBody(client, this::contentRead, this::clientFailed).read();
        } else {
            proceed();
        }
    }

    private void contentRead(byte[] bytes) {
        body.keep(bytes);
        progress = System.nanoTime();
        proceed();
    }

    // ---- a server, and a connection to it

    /** Chooses a server, or joins the queue. */
    void proceed() {
        if (phase != Phase.WAITING) {
            return;
        }
        switch (upstream.choose(lane, client, upgrade, tried)) {
            case Upstream.Chosen(var server) -> {
                leaveQueue();
                phase = Phase.CONNECTING;
                attempts++;
                attempt = new Attempt(server, lane);
                attempt.begin(this, !repeatable, upgrade);
            }
            case Upstream.Full() -> joinQueue();
            case Upstream.Unavailable() -> refuse("no server may get requests: " + upstream.states());
        }
    }

    private void joinQueue() {
        if (queued) {
            lane.await(this, true);
        } else if (upstream.joinQueue()) {
            queued = true;
            progress = System.nanoTime();
            lane.await(this, false);
        } else {
            refuse("all connections are in use and too many requests wait");
        }
    }

    private void leaveQueue() {
        if (queued) {
            queued = false;
            upstream.leaveQueue();
            lane.forget(this);
        }
    }

    @Override
    public void leased(UpstreamConnection connection) {
        if (phase == Phase.DONE) {
            attempt.tooLate(connection);
            return;
        }
        progress = System.nanoTime();
        phase = Phase.SENDING;
        boolean streamed = body.streamed();
        var server = attempt.server().uri();
        var request = new UpstreamStream.Request(
                client.getRequestMethod().toString(),
                UpstreamPath.of(client, proxy.rules().path(), server),
                RequestHeaders.toServer(client, proxy.rules(), server, upgrade),
                streamed,
                body.content());
        attempt.send(connection, request, this);
        if (streamed) {
            body.send(this, attempt.stream());
        }
    }

    @Override
    public void failed(IOException e, boolean late) {
        if (phase != Phase.DONE) {
            attempt.server().failed(e.getMessage());
            attempt.letGo();
            attemptFailed(late ? StatusCodes.GATEWAY_TIME_OUT : StatusCodes.BAD_GATEWAY, e.getMessage(), true);
        }
    }

    // ---- the request

    /** The body has left, or cannot. */
    void uploadEnded() {
        body.sent();
        progress = System.nanoTime();
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
            if (status == StatusCodes.CONTINUE) {
                body.wanted();
            }
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
        attempt.server().succeeded();
        phase = Phase.ANSWERING;
        progress = System.nanoTime();
        told.head(status, reason, headers, attempt.server());
        if (body.uncertain()) {
            client.setPersistent(false);
        }
        var sink = client.getResponseChannel();
        if (sink == null) {
            cutOff();
        } else {
            download = new Download(this, client, attempt.stream(), sink);
            download.start();
        }
    }

    /** The answer has arrived: its connection is free for others, even if the client takes its time. */
    void answerRead() {
        // What the client still sends, the server has not waited for.
        body.stop();
        attempt.letGo();
    }

    /** The answer has left. */
    void finished() {
        phase = Phase.DONE;
        lane.ticker().remove(this);
        if (!client.isRequestComplete()) {
            RequestBody.linger(client);
            client.endExchange();
        }
    }

    private void switchProtocols(HeaderMap headers) {
        var server = attempt.server();
        if (!upgrade) {
            failed(new IOException("status 101 to a request that did not ask for it"));
            return;
        }
        if (!server.openTunnel()) {
            refuse("too many tunnels to " + server);
            return;
        }
        server.succeeded();
        told.switching(headers, server);
        var tunnel = new Tunnel(
                attempt.upgrade(), proxy, server, lane, upstream.settings().timeouts());
        phase = Phase.DONE;
        lane.ticker().remove(this);
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
        var reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        boolean untouched = attempt.untouched();
        if (!attempt.stale()) {
            attempt.server().failed(reason);
        }
        body.stop();
        attempt.letGo();
        attemptFailed(StatusCodes.BAD_GATEWAY, "no usable answer: " + reason, untouched);
    }

    /** @param harmless whether nothing can have come of the attempt */
    private void attemptFailed(int status, String reason, boolean harmless) {
        boolean again = (harmless || repeatable)
                && !body.touched()
                && attempts <= upstream.settings().retries().attempts()
                && !client.isResponseStarted()
                && upstream.budget().take();
        if (!again) {
            fail(status, reason);
            return;
        }
        upstream.retries().increment();
        LOG.debug("{} again after: {}", RequestId.of(client), reason);
        tried = new HashSet<>(tried);
        tried.add(attempt.server());
        phase = Phase.WAITING;
        progress = System.nanoTime();
        proceed();
    }

    /** Answers without a server. */
    private void refuse(String reason) {
        upstream.refused().increment();
        fail(StatusCodes.SERVICE_UNAVAILABLE, reason);
    }

    private void fail(int status, String reason) {
        end();
        told.refuse(status, reason, attempt == null ? null : attempt.server());
    }

    /** The answer ended too soon. */
    void brokeOff(IOException e) {
        if (phase == Phase.ANSWERING) {
            attempt.server().failed(e.getMessage());
            told.warn("broke off: " + e.getMessage());
            cutOff();
        }
    }

    /** The client's connection failed: it is closed already, or about to be. */
    void clientFailed(IOException e) {
        if (phase != Phase.DONE) {
            LOG.debug("{} the client left: {}", RequestId.of(client), e.toString());
            cutOff();
        }
    }

    /** Ends the client's connection in the middle of the answer, which is all that can be told it now. */
    private void cutOff() {
        end();
        told.cutOff();
    }

    /** Ends all that is under way, if anything is. */
    private void end() {
        boolean running = phase != Phase.DONE;
        phase = Phase.DONE;
        lane.ticker().remove(this);
        leaveQueue();
        body.stop();
        if (running && download != null) {
            download.stop();
        }
        if (attempt != null) {
            attempt.abort();
        }
    }

    // ---- deadlines

    @Override
    void look(long now) {
        new Patience(upstream.settings())
                .look(turn(), now - started, now - progress)
                .ifPresent(this::tooLate);
    }

    private Turn turn() {
        return switch (phase) {
            case WAITING -> queued ? Turn.QUEUE : Turn.CLIENT_TO_SEND;
            case CONNECTING, DONE -> Turn.CONNECTION;
            case ANSWERING -> download.blocked() ? Turn.CLIENT_TO_READ : Turn.SERVER_TO_SEND;
            case SENDING -> body.turn();
        };
    }

    private void tooLate(Patience.TooLate late) {
        if (client.isResponseStarted()) {
            told.warn(late.reason());
            cutOff();
            return;
        }
        if (phase == Phase.WAITING && queued) {
            upstream.refused().increment();
        }
        // Another server may be quicker; the same one would hardly be.
        boolean others =
                phase == Phase.SENDING && late.servers() && upstream.servers().size() > tried.size() + 1;
        if (phase == Phase.SENDING && late.servers()) {
            attempt.server().failed(late.reason());
        }
        if (!others) {
            fail(late.status(), late.reason());
            return;
        }
        phase = Phase.WAITING;
        body.stop();
        attempt.abort();
        attemptFailed(late.status(), late.reason(), false);
    }
}
