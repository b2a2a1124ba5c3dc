package io.wshd.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.Conduits;
import org.xnio.conduits.StreamSinkConduit;

/** Writes the head of a request before anything else, and ends without ending the connection. */
final class RequestSink extends AbstractStreamSinkConduit<StreamSinkConduit> {

    private final ByteBuffer head;
    private boolean touched;
    private boolean terminated;

    RequestSink(StreamSinkConduit next, ByteBuffer head) {
        super(next);
        this.head = head;
    }

    /** Whether anything was handed to the operating system. */
    boolean touched() {
        return touched;
    }

    /** Whether the whole request was. */
    boolean done() {
        return terminated && !head.hasRemaining();
    }

    private boolean headWritten() throws IOException {
        while (head.hasRemaining()) {
            if (next.write(head) == 0) {
                return false;
            }
            touched = true;
        }
        return true;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return headWritten() ? next.write(from) : 0;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        return headWritten() ? next.write(from, offset, length) : 0;
    }

    @Override
    public int writeFinal(ByteBuffer from) throws IOException {
        return Conduits.writeFinalBasic(this, from);
    }

    @Override
    public long writeFinal(ByteBuffer[] from, int offset, int length) throws IOException {
        return Conduits.writeFinalBasic(this, from, offset, length);
    }

    @Override
    public boolean flush() throws IOException {
        return headWritten() && next.flush();
    }

    @Override
    public void terminateWrites() {
        terminated = true;
    }

    @Override
    public void truncateWrites() {
        // Half a request: whoever cuts it short closes the connection.
    }

    @Override
    public long transferFrom(FileChannel source, long position, long count) {
        throw new UnsupportedOperationException("a request comes from no file");
    }

    @Override
    public long transferFrom(StreamSourceChannel source, long count, ByteBuffer throughBuffer) {
        throw new UnsupportedOperationException("Pump reads and writes");
    }
}
