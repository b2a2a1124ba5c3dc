package io.wshd.script.python;

import io.wshd.config.Compatibility;
import io.wshd.script.OpeningConnection;
import org.graalvm.polyglot.HostAccess;

/** The connection of a handshake as the Python glue sees it. Public because Python calls it. */
public final class PythonConnection {

    private final OpeningConnection connection;

    PythonConnection(OpeningConnection connection) {
        this.connection = connection;
    }

    /** Whether the script expects pywebsocket's ways. */
    @HostAccess.Export
    public boolean compatible() {
        return connection.compatibility() == Compatibility.PYWEBSOCKET;
    }

    /** Bytes that one message may have. */
    @HostAccess.Export
    public int limit() {
        return connection.maxMessage();
    }

    /** The value of Sec-WebSocket-Accept. */
    @HostAccess.Export
    public String accept() {
        return connection.accept();
    }

    /** What the answer says about extensions if the script does not. */
    @HostAccess.Export
    public String extensions() {
        return connection.extensions();
    }

    /** The connection's bytes, which are the script's from now on; null when it is too late for that. */
    @HostAccess.Export
    public PythonRaw seize() throws InterruptedException {
        return connection.seize().map(PythonRaw::new).orElse(null);
    }
}
