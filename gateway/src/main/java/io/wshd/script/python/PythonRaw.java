package io.wshd.script.python;

import io.wshd.script.Pace;
import io.wshd.websocket.ProtocolException;
import io.wshd.websocket.RawStream;
import io.wshd.websocket.SessionClosedException;
import java.util.Arrays;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/**
 * A connection's bytes as the Python library sees them. Reading and writing may park the calling virtual thread; the
 * interpreter's lock is free meanwhile. Public because Python calls it.
 */
public final class PythonRaw {

    /** Of bytes read in one call: memory follows what has come, not what was asked for. */
    private static final int MOST = 64 * 1024;

    private final RawStream stream;
    private final Pace pace = new Pace();

    PythonRaw(RawStream stream) {
        this.stream = stream;
    }

    /** Between one and {@code count} bytes; null at the end. */
    @HostAccess.Export
    public Object read(int count) throws InterruptedException {
        pace.step();
        byte[] bytes = new byte[Math.min(count, MOST)];
        int size = stream.read(bytes, 0, bytes.length);
        return size < 0 ? null : PythonBytes.of(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
    }

    /** Writes all of it; false when nobody is there any more. */
    @HostAccess.Export
    public boolean write(Value bytes) throws InterruptedException {
        pace.step();
        try {
            stream.write(PythonBytes.toJava(bytes));
            return true;
        } catch (SessionClosedException e) {
            return false;
        }
    }

    /** A Close frame was written: reads end after close-timeout. */
    @HostAccess.Export
    public void closing() {
        stream.closing();
    }

    /** Whether compressed messages are to be given to {@link #inflate}, because the gateway has inflated others. */
    @HostAccess.Export
    public boolean inflates() {
        return stream.inflates();
    }

    /** A whole message inflated, or the close code of what is wrong with it. */
    @HostAccess.Export
    public Object inflate(Value message, int limit) {
        try {
            return PythonBytes.of(stream.inflate(PythonBytes.toJava(message), limit));
        } catch (ProtocolException e) {
            return e.code();
        }
    }
}
