package io.wshd.script.js;

import com.jcraft.jzlib.GZIPException;
import com.jcraft.jzlib.Inflater;
import com.jcraft.jzlib.JZlib;
import java.util.Map;
import java.util.Optional;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/**
 * Decompresses a stream in pieces of a bounded size, however much is in it. Public because JavaScript calls it, on the
 * event loop's thread.
 */
public final class JsInflater {

    /** The formats by their names in the Compression standard (section 3). */
    static final Map<String, JZlib.WrapperType> FORMATS = Map.of(
            "gzip", JZlib.WrapperType.GZIP,
            "deflate", JZlib.WrapperType.ZLIB,
            "deflate-raw", JZlib.WrapperType.NONE);

    /** Bytes of a piece. */
    static final int PIECE = 64 * 1024;

    private final JZlib.WrapperType format;
    private final Inflater inflater;
    private boolean ended;
    private boolean complete;

    private JsInflater(JZlib.WrapperType format) {
        this.format = format;
        try {
            inflater = new Inflater(format);
        } catch (GZIPException e) {
            throw new IllegalStateException("the formats are known", e);
        }
    }

    static Optional<JsInflater> of(String format) {
        return Optional.ofNullable(FORMATS.get(format)).map(JsInflater::new);
    }

    /** Gives the next part of the compressed data; {@link #take} must follow until there is nothing left. */
    @HostAccess.Export
    public void put(Value buffer, int offset, int length) {
        if (complete && length > 0) {
            throw new IllegalArgumentException("there is more behind its end");
        }
        inflater.setInput(JsBytes.copy(buffer, offset, length), 0, length, false);
    }

    /** No more data will be given; what {@link #take} gives from now on is the rest. */
    @HostAccess.Export
    public void end() {
        ended = true;
        if (format == JZlib.WrapperType.NONE) {
            // Without a checksum behind it, JZlib misses bits to look the last symbols up with.
            inflater.setInput(new byte[1], 0, 1, false);
        }
    }

    /**
     * The next piece as an ArrayBuffer; null when more data is needed.
     *
     * @throws IllegalArgumentException for what is no data of the format
     */
    @HostAccess.Export
    public Object take() {
        if (complete) {
            return null;
        }
        byte[] piece = new byte[PIECE];
        inflater.setOutput(piece, 0, piece.length);
        int result = inflater.inflate(JZlib.Z_NO_FLUSH);
        if (result == JZlib.Z_STREAM_END) {
            complete = true;
            if (inflater.getAvailIn() > 0 && !ended) {
                throw new IllegalArgumentException("there is more behind its end");
            }
        } else if (result != JZlib.Z_OK && result != JZlib.Z_BUF_ERROR) {
            String message = inflater.getMessage();
            throw new IllegalArgumentException(message == null ? "error " + result : message);
        }
        return JsBytes.arrayBuffer(piece, inflater.getNextOutIndex());
    }

    /** Whether the end of the data has come. */
    @HostAccess.Export
    public boolean complete() {
        return complete;
    }
}
