package io.wshd.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A byte stream under a session. Never blocks. Whoever implements it calls {@link Session#onReadable} and
 * {@link Session#onWritable}, each from one thread at a time, and {@link Session#onClosed} when the stream ended
 * without the session's doing.
 */
public interface Transport {

    /**
     * Reads what is there. Only called within {@link Session#onReadable}.
     *
     * @return bytes read, 0 if none are there now, -1 at the end of the stream
     */
    int read(ByteBuffer to) throws IOException;

    /**
     * Writes what the stream takes now. The session calls it from one thread at a time.
     *
     * @return whether everything was taken and is on its way; if not, more has to be written or, with nothing
     *     remaining, the call repeated once the stream is writable
     */
    boolean write(ByteBuffer from) throws IOException;

    /** Stops {@link Session#onReadable} calls. Only called within one of them. */
    void suspendReads();

    /** Has {@link Session#onReadable} called whenever there is something to read. Any thread. */
    void resumeReads();

    /** As {@link #resumeReads}, with a call that comes even if there is nothing to read. Any thread. */
    void wakeupReads();

    /** Has {@link Session#onWritable} called once, when the stream takes bytes again. Any thread. */
    void resumeWrites();

    /** Ends the stream towards the peer behind what was written. Any thread. */
    void shutdownWrites();

    /** Ends both directions now. Any thread; may be called again. */
    void close();

    /** The peer's address, for log lines. */
    String peer();
}
