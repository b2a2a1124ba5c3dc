package io.wshd.script.js;

import io.wshd.websocket.CloseStatus;
import io.wshd.websocket.Message;
import io.wshd.websocket.Session;
import io.wshd.websocket.SessionClosedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadFactory;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/**
 * A session as the JavaScript prelude sees it. Its methods run on the event loop's thread and never block it: what has
 * to wait does so on a thread of its own, and settles a promise when it is done. The prelude calls one of the waiting
 * methods at a time, which keeps messages in order and bounds those threads to one for each connection.
 *
 * <p>Public because JavaScript calls it.
 */
public final class JsConnection {

    private final Session session;
    private final EventLoop loop;
    private final ThreadFactory threads;

    JsConnection(Session session, EventLoop loop, ThreadFactory threads) {
        this.session = session;
        this.loop = loop;
        this.threads = threads;
    }

    /** Calls {@code resolve} with the next message, a string or a buffer, or with null when there will be none. */
    @HostAccess.Export
    public void receive(Value resolve) {
        Message message = session.poll();
        if (message != null) {
            resolve.executeVoid(
                    message.text()
                            ? new String(message.data(), StandardCharsets.UTF_8)
                            : ByteBuffer.wrap(message.data()));
        } else if (session.isExhausted()) {
            resolve.executeVoid((Object) null);
        } else {
            session.onReadable(() -> loop.execute(() -> receive(resolve)));
        }
    }

    /** The code of the peer's close frame; 1005 when it had none, 1006 without a close frame. */
    @HostAccess.Export
    public int peerCode() {
        return session.peerClose().map(close -> close.code()).orElse(1006);
    }

    @HostAccess.Export
    public String peerReason() {
        return session.peerClose().map(close -> close.reason()).orElse("");
    }

    /** Answers the peer's close frame; a code of 0 stands for none. */
    @HostAccess.Export
    public void answerClose(int code, String reason) {
        session.answerCloseWith(status -> code == 0 ? CloseStatus.empty() : new CloseStatus(code, reason));
        session.answerClose();
    }

    /** Sends a text, at once if the socket takes it: then true. Otherwise {@link #sendTextLater} has to be called. */
    @HostAccess.Export
    public boolean sendText(String text) throws SessionClosedException {
        return session.trySend(text);
    }

    /** The same for bytes of an ArrayBuffer. */
    @HostAccess.Export
    public boolean sendBinary(Value buffer, int offset, int length) throws SessionClosedException {
        return session.trySend(Message.binary(bytes(buffer, offset, length)));
    }

    /** Sends a text when the socket takes it, then calls {@code done}: with nothing, or with what went wrong. */
    @HostAccess.Export
    public void sendTextLater(String text, Value done) {
        later(() -> session.send(text), done);
    }

    /** The same for bytes of an ArrayBuffer. */
    @HostAccess.Export
    public void sendBinaryLater(Value buffer, int offset, int length, Value done) {
        Message message = Message.binary(bytes(buffer, offset, length));
        later(() -> session.send(message), done);
    }

    /** Closes, waits for the peer's answer, then calls {@code done}. */
    @HostAccess.Export
    public void close(int code, String reason, Value done) {
        later(() -> session.close(code, reason, true), done);
    }

    /** Whether either side has ended the connection. */
    @HostAccess.Export
    public boolean over() {
        return !session.isOpen();
    }

    private void later(Waiting call, Value done) {
        threads.newThread(() -> {
                    String failure = attempt(call);
                    loop.execute(() -> done.executeVoid(failure));
                })
                .start();
    }

    private String attempt(Waiting call) {
        try {
            call.run();
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (Exception e) {
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
    }

    @FunctionalInterface
    private interface Waiting {
        void run() throws Exception;
    }

    private static byte[] bytes(Value buffer, int offset, int length) {
        byte[] data = new byte[length];
        buffer.readBuffer(offset, data, 0, length);
        return data;
    }
}
