package io.wshd.proxy;

import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.HeaderMap;
import io.undertow.util.Protocols;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.xnio.IoUtils;

/**
 * Passes responses on that come before the real one: 100, 103 and the like (RFC 9110 section 15.2). Undertow sends 100
 * only; to an HTTP/1.1 client, others are written past it. HTTP/2 clients get 100 only, HTTP/1.0 clients none.
 */
final class Informational {

    private Informational() {}

    static void send(HttpServerExchange client, int status, String reason, HeaderMap headers) {
        if (client.isResponseStarted()) {
            return;
        }
        if (client.getConnection() instanceof HttpServerConnection connection
                && client.getProtocol().equals(Protocols.HTTP_1_1)) {
            if (status == StatusCodes.CONTINUE) {
                HttpContinue.markContinueResponseSent(client);
            }
            write(connection, bytes(status, reason, headers));
        } else if (status == StatusCodes.CONTINUE && HttpContinue.requiresContinueResponse(client)) {
            HttpContinue.sendContinueResponse(client, new IoCallback() {
                @Override
                public void onComplete(HttpServerExchange exchange, Sender sender) {}

                @Override
                public void onException(HttpServerExchange exchange, Sender sender, IOException e) {
                    IoUtils.safeClose(exchange.getConnection());
                }
            });
        }
    }

    private static void write(HttpServerConnection connection, ByteBuffer head) {
        try {
            connection.getOriginalSinkConduit().write(head);
        } catch (IOException e) {
            head.clear();
        }
        if (head.hasRemaining()) {
            // Nothing was written before on this exchange: a client that does not take as much takes nothing.
            IoUtils.safeClose(connection);
        }
    }

    private static ByteBuffer bytes(int status, String reason, HeaderMap headers) {
        var head = new StringBuilder("HTTP/1.1 " + status + " " + reason + "\r\n");
        var named = HopHeaders.named(headers);
        for (var values : headers) {
            var name = values.getHeaderName();
            if (!HopHeaders.ALL.contains(name) && !HopHeaders.isNamed(named, name)) {
                values.forEach(
                        value -> head.append(name).append(": ").append(value).append("\r\n"));
            }
        }
        return ByteBuffer.wrap(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}
