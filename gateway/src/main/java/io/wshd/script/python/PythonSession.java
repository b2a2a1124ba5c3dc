package io.wshd.script.python;

import io.wshd.script.Failures;
import io.wshd.script.Pace;
import io.wshd.websocket.CloseStatus;
import io.wshd.websocket.Message;
import io.wshd.websocket.Session;
import io.wshd.websocket.SessionClosedException;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.slf4j.Logger;

/**
 * A session as the Python glue sees it. Exceptions do not cross the border, statuses do. Every method may park the
 * calling virtual thread; the interpreter's lock is free meanwhile. Public because Python calls it.
 */
public final class PythonSession {

    private static final int OK = 0;
    private static final int LOST = 1;
    private static final int CLOSING = 2;
    private static final int NO_UNICODE = 3;

    private static final int ENDED_BY_LOSS = 0;
    private static final int ENDED_BY_CLOSE = 1;
    private static final int TURNED = 2;

    private final Session session;
    private final Compilation compilation;
    private final Failures failures;
    private final Logger log;
    private final Pace pace = new Pace();
    private int received;

    PythonSession(Session session, Compilation compilation, Failures failures, Logger log) {
        this.session = session;
        this.compilation = compilation;
        this.failures = failures;
        this.log = log;
    }

    /**
     * The next message as str or bytes; an int at the end: 1 after the peer's close frame, the negative code of the
     * failure when the peer broke the protocol, 0 without either; 2 when another thread has called {@link #raw}.
     */
    @HostAccess.Export
    public Object receive() throws InterruptedException {
        pace.step();
        Message message = session.take();
        if (message == null) {
            return ended();
        }
        compilation.count(++received);
        return message.text() ? new String(message.data(), StandardCharsets.UTF_8) : PythonBytes.of(message.data());
    }

    private int ended() {
        if (session.isRaw()) {
            return TURNED;
        }
        return session.peerClose().isPresent()
                ? ENDED_BY_CLOSE
                : session.failure().map(failure -> -failure.code()).orElse(ENDED_BY_LOSS);
    }

    @HostAccess.Export
    public int sendText(String text, boolean fin) throws InterruptedException {
        if (hasLoneSurrogate(text)) {
            return NO_UNICODE;
        }
        pace.step();
        return status(() -> session.send(text, fin));
    }

    @HostAccess.Export
    public int sendBinary(Value bytes, boolean fin) throws InterruptedException {
        pace.step();
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

    /** Does the same as {@link #drop} because the script has failed, and waits before where that happens too often. */
    @HostAccess.Export
    public void fail() {
        failures.await();
        drop();
    }

    /** Ends the connection without a close frame, behind what was sent. */
    @HostAccess.Export
    public void drop() {
        session.hangUp();
    }

    /** The connection's bytes, which the script frames itself from now on. */
    @HostAccess.Export
    public PythonRaw raw() throws InterruptedException {
        log.debug("{}: goes on with frames of the script's own making", session.peer());
        return new PythonRaw(session.raw());
    }

    /** Notes what the peer's close frame said, where the script reads it itself. */
    @HostAccess.Export
    public void peerClosed(int code, String reason) {
        session.peerClosed(new CloseStatus(code, reason));
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return true;
                }
                i++;
            }
        }
        return false;
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
