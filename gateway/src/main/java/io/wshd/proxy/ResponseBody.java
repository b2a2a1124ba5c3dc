package io.wshd.proxy;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.util.HeaderMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * The body of a response as its framing delimits it (RFC 9112 section 6.3). A read that leaves space in the buffer has
 * taken all there was, unless the connection is one of TLS.
 */
final class ResponseBody extends AbstractStreamSourceConduit<StreamSourceConduit> {

    /** How the body ends. */
    sealed interface Framing {}

    /** After so many bytes. */
    record Length(long bytes) implements Framing {}

    /** By the chunked coding. */
    record Chunked() implements Framing {}

    /** With the connection. */
    record UntilClose() implements Framing {}

    private final Http1Connection connection;
    private final boolean socket;
    private final ChunkedDecoder chunks;
    private final boolean untilClose;
    private long left;
    private boolean drained;
    private boolean ended;

    /**
     * @param socket whether {@code next} announces all that it has, as a socket does and TLS does not
     * @param drained whether it has nothing more for now
     */
    ResponseBody(
            StreamSourceConduit next, Http1Connection connection, Framing framing, boolean socket, boolean drained) {
        super(next);
        this.connection = connection;
        this.socket = socket;
        this.drained = drained;
        this.chunks = framing instanceof Chunked ? new ChunkedDecoder() : null;
        this.left = switch (framing) {
            case Length(var bytes) -> bytes;
            case Chunked() -> 0;
            case UntilClose() -> Long.MAX_VALUE;
        };
        this.untilClose = framing instanceof UntilClose;
        this.ended = framing instanceof Length(var bytes) && bytes == 0;
    }

    /** Whether another read would be in vain before the connection announces something new. */
    boolean drained() {
        return drained && !ended;
    }

    /** Whether all of the body was read. */
    boolean ended() {
        return ended;
    }

    HeaderMap trailers() {
        return chunks == null ? new HeaderMap() : chunks.trailers();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (ended) {
            return -1;
        }
        int before = into.position();
        if (chunks == null) {
            readPlain(into);
        } else {
            readChunks(into);
        }
        int read = into.position() - before;
        return read == 0 && ended ? -1 : read;
    }

    private void readPlain(ByteBuffer into) throws IOException {
        int limit = into.limit();
        if (into.remaining() > left) {
            into.limit(into.position() + (int) left);
        }
        try {
            var ahead = connection.ahead();
            if (ahead != null) {
                int count = Math.min(ahead.remaining(), into.remaining());
                into.put(into.position(), ahead, ahead.position(), count);
                ahead.position(ahead.position() + count);
                into.position(into.position() + count);
                left -= count;
                connection.releaseAheadIfEmpty();
            } else {
                left -= readSocket(into);
            }
        } finally {
            into.limit(limit);
        }
        ended |= left == 0;
    }

    /** @return bytes read; 0 at the end too, which is noted */
    private int readSocket(ByteBuffer into) throws IOException {
        int wanted = into.remaining();
        int read = next.read(into);
        if (read < 0) {
            if (!untilClose) {
                throw new IOException("the server closed the connection in the middle of its answer");
            }
            ended = true;
            return 0;
        }
        drained = read == 0 || socket && read < wanted;
        return read;
    }

    private void readChunks(ByteBuffer into) throws IOException {
        while (!ended && into.hasRemaining()) {
            var ahead = connection.ahead();
            if (ahead == null && !readAhead()) {
                return;
            }
            chunks.decode(connection.ahead(), into);
            connection.releaseAheadIfEmpty();
            ended = chunks.done();
            if (!ended && drained && connection.ahead() == null) {
                return;
            }
        }
    }

    private boolean readAhead() throws IOException {
        PooledByteBuffer pooled = connection.allocateAhead();
        var buffer = pooled.getBuffer();
        int wanted = buffer.remaining();
        int read = next.read(buffer);
        if (read < 0) {
            connection.dropAhead();
            throw new IOException("the server closed the connection in the middle of its answer");
        }
        drained = read == 0 || socket && read < wanted;
        if (read == 0) {
            connection.dropAhead();
            return false;
        }
        buffer.flip();
        return true;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            if (into[i].hasRemaining()) {
                return read(into[i]);
            }
        }
        return 0;
    }

    @Override
    public long transferTo(long position, long count, FileChannel target) {
        throw new UnsupportedOperationException("nobody writes a response to a file");
    }

    @Override
    public long transferTo(long count, ByteBuffer throughBuffer, StreamSinkChannel target) {
        throw new UnsupportedOperationException("Pump reads and writes");
    }
}
