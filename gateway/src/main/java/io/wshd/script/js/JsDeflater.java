package io.wshd.script.js;

import com.jcraft.jzlib.Deflater;
import com.jcraft.jzlib.GZIPException;
import com.jcraft.jzlib.JZlib;
import java.util.Optional;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/** Compresses a stream, piece by piece. Public because JavaScript calls it, on the event loop's thread. */
public final class JsDeflater {

    /** Of zlib, whose usual one it is: 256 KiB for a stream. */
    private static final int MEMORY_LEVEL = 8;

    private final Deflater deflater;
    private int flush = JZlib.Z_NO_FLUSH;
    private boolean complete;

    private JsDeflater(JZlib.WrapperType format) {
        try {
            deflater = new Deflater(JZlib.Z_DEFAULT_COMPRESSION, JZlib.MAX_WBITS, MEMORY_LEVEL, format);
        } catch (GZIPException e) {
            throw new IllegalStateException("the formats are known", e);
        }
    }

    /**
     * @param format as in {@link JsInflater#FORMATS}
     */
    static Optional<JsDeflater> of(String format) {
        return Optional.ofNullable(JsInflater.FORMATS.get(format)).map(JsDeflater::new);
    }

    /** Gives the next part of the data; {@link #take} must follow until there is nothing left. */
    @HostAccess.Export
    public void put(Value buffer, int offset, int length) {
        deflater.setInput(JsBytes.copy(buffer, offset, length), 0, length, false);
    }

    /** No more data will be given; what {@link #take} gives from now on is the rest. */
    @HostAccess.Export
    public void end() {
        flush = JZlib.Z_FINISH;
    }

    /** The next piece as an ArrayBuffer; null when more data is needed, or at the end. */
    @HostAccess.Export
    public Object take() {
        if (complete) {
            return null;
        }
        byte[] piece = new byte[JsInflater.PIECE];
        deflater.setOutput(piece, 0, piece.length);
        int result = deflater.deflate(flush);
        complete = result == JZlib.Z_STREAM_END;
        return JsBytes.arrayBuffer(piece, deflater.getNextOutIndex());
    }
}
