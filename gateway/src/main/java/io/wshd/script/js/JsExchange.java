package io.wshd.script.js;

import java.io.ByteArrayOutputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/**
 * One request and its response. The body is read ahead of the script, up to a mark; then the server has to wait. Public
 * because JavaScript calls it, on the event loop's thread; the client's threads put in what comes.
 */
public final class JsExchange {

    /** Bytes of a body read ahead; at this mark no more is asked for. */
    private static final int READ_AHEAD = 64 * 1024;

    /** Seconds in which something must come, or be taken. */
    private static final int IDLE = 300;

    private final EventLoop loop;
    private final Consumer<JsExchange> ended;

    /** All below are guarded by this object. */
    private final Queue<byte[]> body = new ArrayDeque<>();

    private HttpResponse.ResponseInfo head;
    private CompletableFuture<?> request;
    private Flow.Subscription subscription;
    private int held;
    private boolean asked;
    private boolean done;
    private String failure = "";
    private Value waiting;
    private boolean fresh;
    private long progress;
    private CompletableFuture<Void> idle = new CompletableFuture<>();

    /**
     * @param ended called once when nothing more will come, perhaps more often
     */
    JsExchange(EventLoop loop, Consumer<JsExchange> ended) {
        this.loop = loop;
        this.ended = ended;
    }

    void start(HttpClient client, HttpRequest toSend) {
        CompletableFuture<HttpResponse<Void>> sent = client.sendAsync(toSend, info -> {
            synchronized (this) {
                head = info;
                news();
            }
            return new Body();
        });
        synchronized (this) {
            request = sent;
        }
        var _ = sent.whenComplete((response, error) -> {
            if (error != null) {
                fail(error);
            }
        });
        watch(0);
    }

    /** Has {@code callback} called once, when there is news, or was since the last call. */
    @HostAccess.Export
    public synchronized void await(Value callback) {
        waiting = callback;
        if (fresh) {
            news();
        }
    }

    /** Of the response; 0 before it has come. */
    @HostAccess.Export
    public synchronized int status() {
        return head == null ? 0 : head.statusCode();
    }

    /** Of the response, in lines. */
    @HostAccess.Export
    public synchronized String headers() {
        StringBuilder lines = new StringBuilder();
        head.headers().map().forEach((name, values) -> {
            if (!name.startsWith(":")) {
                values.forEach(
                        value -> lines.append(name).append(": ").append(value).append("\r\n"));
            }
        });
        return lines.toString();
    }

    /** The next piece of the body as an ArrayBuffer; null if there is none now. */
    @HostAccess.Export
    public synchronized Object take() {
        byte[] piece = body.poll();
        if (piece == null) {
            return null;
        }
        held -= piece.length;
        progress++;
        askForMore();
        return JsBytes.arrayBuffer(piece);
    }

    /** Whether nothing more will come than what can be taken now. */
    @HostAccess.Export
    public synchronized boolean done() {
        return done && body.isEmpty();
    }

    /** What went wrong, or empty. */
    @HostAccess.Export
    public synchronized String failure() {
        return failure;
    }

    /** The script does not want the rest. Any thread. */
    @HostAccess.Export
    public void cancel() {
        end("cancelled");
    }

    private void fail(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        end(why(cause));
    }

    private static String why(Throwable cause) {
        if (cause.getMessage() != null) {
            return cause.getMessage();
        }
        if (cause instanceof ConnectException) {
            // The JDK's client says no more than that.
            return Stream.iterate(cause, Objects::nonNull, Throwable::getCause)
                            .anyMatch(UnresolvedAddressException.class::isInstance)
                    ? "there is no such host"
                    : "nothing accepts connections there";
        }
        return cause.getClass().getSimpleName();
    }

    private void end(String why) {
        CompletableFuture<?> underWay;
        Flow.Subscription rest;
        synchronized (this) {
            if (done) {
                return;
            }
            done = true;
            failure = why;
            if (!why.isEmpty()) {
                body.clear();
                held = 0;
            }
            underWay = request;
            rest = subscription;
            idle.cancel(false);
            news();
        }
        if (!why.isEmpty()) {
            if (underWay != null) {
                underWay.cancel(true);
            }
            if (rest != null) {
                rest.cancel();
            }
        }
        ended.accept(this);
    }

    private void news() {
        Value callback = waiting;
        waiting = null;
        fresh = callback == null;
        if (callback != null) {
            loop.execute(callback::executeVoid);
        }
    }

    private void askForMore() {
        if (subscription != null && !asked && !done && held < READ_AHEAD) {
            asked = true;
            subscription.request(1);
        }
    }

    /** Ends the exchange when there was no progress since the last look. */
    private void watch(long before) {
        CompletableFuture<Void> look = new CompletableFuture<>();
        synchronized (this) {
            if (done) {
                return;
            }
            idle = look;
        }
        var _ = look.completeOnTimeout(null, IDLE, TimeUnit.SECONDS).thenRun(() -> {
            long now;
            synchronized (this) {
                now = progress;
            }
            if (now == before) {
                end("nothing came, or was read, for " + IDLE + " s");
            } else {
                watch(now);
            }
        });
    }

    private final class Body implements HttpResponse.BodySubscriber<Void> {

        @Override
        public CompletionStage<Void> getBody() {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onSubscribe(Flow.Subscription toBody) {
            boolean tooLate;
            synchronized (JsExchange.this) {
                subscription = toBody;
                tooLate = done;
                askForMore();
            }
            if (tooLate) {
                toBody.cancel();
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            ByteArrayOutputStream piece = new ByteArrayOutputStream();
            for (ByteBuffer buffer : buffers) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                piece.writeBytes(bytes);
            }
            synchronized (JsExchange.this) {
                asked = false;
                progress++;
                if (!done && piece.size() > 0) {
                    body.add(piece.toByteArray());
                    held += piece.size();
                    news();
                }
                askForMore();
            }
        }

        @Override
        public void onError(Throwable error) {
            fail(error);
        }

        @Override
        public void onComplete() {
            end("");
        }
    }
}
