package io.wshd.proxy;

import io.undertow.server.DefaultByteBufferPool;
import java.io.IOException;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/** Sends back what comes on a connection that was switched to another protocol. */
final class Echo extends Pump {

    private final StreamConnection connection;

    Echo(StreamConnection connection) {
        super(
                connection.getSourceChannel(),
                connection.getSinkChannel(),
                new DefaultByteBufferPool(true, 16 * 1024, 10, 0),
                () -> false);
        this.connection = connection;
    }

    @Override
    void moved(long bytes) {}

    @Override
    void ended() {
        IoUtils.safeClose(connection);
    }

    @Override
    void readFailed(IOException e) {
        IoUtils.safeClose(connection);
    }

    @Override
    void writeFailed(IOException e) {
        IoUtils.safeClose(connection);
    }
}
