package io.wshd.proxy;

import io.undertow.connector.ByteBufferPool;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.wshd.config.ProxyConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.xnio.XnioIoThread;
import org.xnio.channels.StreamSourceChannel;

/** One question to one server, on a connection of its own, as a client would ask it. Runs on one I/O thread. */
final class HealthCheck extends Ticker.Timed implements Connector.Callback, UpstreamStream.Listener {

    private static final int MOST_BODY = 64 * 1024;

    private final Server server;
    private final Connector connector;
    private final ProxyConfig.Health health;
    private final XnioIoThread thread;
    private final Ticker ticker;
    private final ByteBufferPool buffers;
    private final Consumer<String> found;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private UpstreamConnection connection;
    private UpstreamStream stream;
    private long deadline;
    private boolean done;

    /** @param found gets what is wrong, or null */
    HealthCheck(
            Server server,
            Connector connector,
            ProxyConfig.Health health,
            XnioIoThread thread,
            Ticker ticker,
            ByteBufferPool buffers,
            Consumer<String> found) {
        this.server = server;
        this.connector = connector;
        this.health = health;
        this.thread = thread;
        this.ticker = ticker;
        this.buffers = buffers;
        this.found = found;
    }

    void start() {
        deadline = System.nanoTime() + health.timeout().toNanos();
        ticker.add(this);
        connector.connect(thread, ticker, this);
    }

    @Override
    void look(long now) {
        if (now - deadline >= 0) {
            end("no answer to the health check within " + health.timeout());
        }
    }

    @Override
    public void connected(UpstreamConnection opened) {
        connection = opened;
        if (done) {
            connection.close();
            return;
        }
        var headers = new HeaderMap()
                .put(Headers.HOST, server.uri().getRawAuthority())
                .put(Headers.USER_AGENT, "wshd-health-check")
                .put(Headers.CONNECTION, "close");
        stream = connection.send(new UpstreamStream.Request("GET", health.path(), headers, false, null), this);
    }

    @Override
    public void failed(IOException e, boolean late) {
        end(e.getMessage());
    }

    @Override
    public void informational(int status, String reason, HeaderMap headers) {}

    @Override
    public void response(int status, String reason, HeaderMap headers) {
        if (!health.statuses().contains(status)) {
            end("the health check got status " + status);
        } else if (health.body().isEmpty()) {
            end(null);
        } else {
            var source = stream.responseBody();
            source.getReadSetter().set(this::read);
            source.resumeReads();
            read(source);
        }
    }

    private void read(StreamSourceChannel source) {
        try (var pooled = buffers.allocate()) {
            int read = 1;
            while (!done && read > 0) {
                var buffer = pooled.getBuffer().clear();
                read = source.read(buffer);
                var bytes = new byte[buffer.flip().remaining()];
                buffer.get(bytes);
                body.writeBytes(bytes);
                lookAtBody(read < 0);
            }
        } catch (IOException e) {
            end("the health check broke off: " + e.getMessage());
        }
    }

    private void lookAtBody(boolean whole) {
        if (body.toString(StandardCharsets.UTF_8).contains(health.body())) {
            end(null);
        } else if (whole || body.size() > MOST_BODY) {
            end("the answer to the health check lacks \"" + health.body() + "\"");
        }
    }

    @Override
    public void failed(IOException e) {
        end("no usable answer to the health check: " + e.getMessage());
    }

    private void end(String wrong) {
        if (done) {
            return;
        }
        done = true;
        ticker.remove(this);
        if (connection != null) {
            connection.close();
        }
        found.accept(wrong);
    }
}
