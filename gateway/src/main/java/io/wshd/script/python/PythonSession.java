package io.wshd.script.python;

import io.wshd.websocket.CloseStatus;
import io.wshd.websocket.Message;
import io.wshd.websocket.Session;
import io.wshd.websocket.SessionClosedException;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/**
 * A session as the Python glue sees it. Exceptions do not cross the border, statuses do. Every method may park the
 * calling virtual thread; the interpreter's lock is free meanwhile. Public because Python calls it.
 */
public final class PythonSession {

    private static final int OK = 0;
    private static final int LOST = 1;
    private static final int CLOSING = 2;

    private static final int ENDED_BY_LOSS = 0;
    private static final int ENDED_BY_CLOSE = 1;

    private final Session session;

    PythonSession(Session session) {
        this.session = session;
    }

    /** The next message as str or bytes; an int at the end: 1 after the peer's close frame, 0 without one. */
    @HostAccess.Export
    public Object receive() throws InterruptedException {
        Message message = session.take();
        if (message == null) {
            return session.peerClose().isPresent() ? ENDED_BY_CLOSE : ENDED_BY_LOSS;
        }
        return message.text() ? new String(message.data(), StandardCharsets.UTF_8) : PythonBytes.of(message.data());
    }

    @HostAccess.Export
    public int sendText(String text, boolean fin) throws InterruptedException {
        return status(() -> session.send(text, fin));
    }

    @HostAccess.Export
    public int sendBinary(Value bytes, boolean fin) throws InterruptedException {
        byte[] data = PythonBytes.toJava(bytes);
        return status(() -> session.send(false, data, fin));
    }

    @HostAccess.Export
    public int ping(Value body) throws InterruptedException {
        byte[] data = PythonBytes.toJava(body);
        return status(() -> session.ping(data));
    }

    @HostAccess.Export
    public int pong(Value body) throws InterruptedException {
        byte[] data = PythonBytes.toJava(body);
        return status(() -> session.pong(data));
    }

    /** Sends a close frame, with a code of 0 an empty one; with {@code wait} also awaits the peer's, bounded. */
    @HostAccess.Export
    public int close(int code, String reason, boolean wait) throws InterruptedException {
        boolean open = session.isOpen();
        session.close(code == 0 ? CloseStatus.NO_CODE : code, reason, wait);
        return open ? OK : CLOSING;
    }

    /** Answers the peer's close frame. */
    @HostAccess.Export
    public void answerClose(int code, String reason) {
        session.answerCloseWith(status -> code == 0 ? CloseStatus.empty() : new CloseStatus(code, reason));
        session.answerClose();
    }

    /** Of the peer's close frame: 1005 when it has none, 1006 when none came. */
    @HostAccess.Export
    public int peerCode() {
        return session.peerClose().map(CloseStatus::code).orElse(CloseStatus.ABNORMAL);
    }

    @HostAccess.Export
    public String peerReason() {
        return session.peerClose().map(CloseStatus::reason).orElse("");
    }

    /** Ends the connection without a close frame. */
    @HostAccess.Export
    public void drop() {
        session.drop();
    }

    @FunctionalInterface
    private interface Sending {
        void run() throws SessionClosedException, InterruptedException;
    }

    private static int status(Sending sending) throws InterruptedException {
        try {
            sending.run();
            return OK;
        } catch (SessionClosedException e) {
            // Not the handler's own doing, of which the glue knows: the peer has closed, or the gateway stops.
            return LOST;
        }
    }
}
