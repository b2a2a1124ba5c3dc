package io.wshd.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/** What a server sent right behind its 101, then all that follows. To be read at once: no event announces the former. */
final class AheadConduit extends AbstractStreamSourceConduit<StreamSourceConduit> {

    private final Http1Connection connection;

    AheadConduit(StreamSourceConduit next, Http1Connection connection) {
        super(next);
        this.connection = connection;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        var ahead = connection.ahead();
        if (ahead == null) {
            return next.read(into);
        }
        int count = Math.min(ahead.remaining(), into.remaining());
        into.put(into.position(), ahead, ahead.position(), count);
        ahead.position(ahead.position() + count);
        into.position(into.position() + count);
        connection.releaseAheadIfEmpty();
        return count;
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
}
