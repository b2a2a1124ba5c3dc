package io.wshd.proxy;

import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.wshd.security.ClientTls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import org.xnio.IoUtils;
import org.xnio.ssl.SslConnection;

/**
 * Brings a TLS handshake as a client to its end before anything is sent: what is wrong with a certificate is then known
 * while the request can still go elsewhere. (Undertow's own client begins to use the connection as soon as the protocol is
 * agreed on, which is before the certificate was looked at.) Runs on the connection's I/O thread.
 */
final class TlsHandshake {

    private final SslConnection connection;
    private final SSLEngine engine;
    private final Consumer<String> succeeded;
    private final Consumer<IOException> failed;
    private boolean done;

    /**
     * @param protocols to offer (RFC 7301), the first one is preferred
     * @param succeeded gets the one that was chosen, or an empty text
     */
    TlsHandshake(
            SslConnection connection, String[] protocols, Consumer<String> succeeded, Consumer<IOException> failed) {
        this.connection = connection;
        this.engine = UndertowXnioSsl.getSslEngine(connection);
        this.succeeded = succeeded;
        this.failed = failed;
        var parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        engine.setSSLParameters(parameters);
    }

    void start() {
        // In the middle of a call of the engine, where nothing can be written.
        connection.getHandshakeSetter().set(channel -> connection.getIoThread().execute(this::succeed));
        // Later: the conduit closes the connection before it tells whoever reads what went wrong.
        connection
                .getCloseSetter()
                .set(channel -> connection
                        .getIoThread()
                        .execute(() -> fail(new IOException("the server closed the connection"))));
        connection.getSourceChannel().setReadListener(channel -> goOn());
        try {
            connection.startHandshake();
            connection.getSourceChannel().resumeReads();
        } catch (IOException e) {
            fail(e);
        }
    }

    /** Without room for a byte: what the application sends right behind the handshake stays where it is. */
    private void goOn() {
        try {
            if (connection.getSourceChannel().read(ByteBuffer.allocate(0)) < 0) {
                fail(new IOException("the server closed the connection"));
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void succeed() {
        if (done) {
            return;
        }
        done = true;
        connection.getSourceChannel().suspendReads();
        connection.getSourceChannel().setReadListener(null);
        connection.getHandshakeSetter().set(null);
        connection.getCloseSetter().set(null);
        var protocol = engine.getApplicationProtocol();
        succeeded.accept(protocol == null ? "" : protocol);
    }

    private void fail(IOException e) {
        if (done) {
            return;
        }
        done = true;
        // Undertow keeps to itself what went wrong in tasks of the engine, as the check of certificates is.
        var reason = ClientTls.refusal(engine).orElseGet(() -> innermost(e));
        IoUtils.safeClose(connection);
        failed.accept(new IOException("TLS handshake: " + reason, e));
    }

    private static String innermost(Throwable e) {
        var last = e;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage();
    }
}
