package io.wshd.script.python;

import com.jcraft.jzlib.Deflater;
import com.jcraft.jzlib.JZlib;
import java.util.Arrays;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/**
 * Raw DEFLATE with a window below 32 KiB, for the Python library: GraalPy's zlib takes the size of the window and does
 * not heed it. For one thread at a time. Public because Python calls it.
 */
public final class PythonDeflater {

    /** zlib's DEFLATE has no window of 8 bits, but with 9 it never looks back further than 512 - 262 bytes. */
    private static final int LEAST_BITS = 9;

    private static final int CHUNK = 4096;

    private final Deflater deflater = new Deflater();

    PythonDeflater(int bits) {
        check(deflater.init(JZlib.Z_DEFAULT_COMPRESSION, Math.max(bits, LEAST_BITS), true));
    }

    /**
     * Compresses bytes.
     *
     * @param flush zlib's number: 0, 2 (Z_SYNC_FLUSH) or 4 (Z_FINISH)
     */
    @HostAccess.Export
    public Object compress(Value bytes, int flush) {
        byte[] from = PythonBytes.toJava(bytes);
        deflater.setInput(from, 0, from.length, false);
        byte[] to = new byte[CHUNK];
        int size = 0;
        while (true) {
            deflater.setOutput(to, size, to.length - size);
            check(deflater.deflate(flush));
            size = deflater.getNextOutIndex();
            if (size < to.length) {
                return PythonBytes.of(Arrays.copyOf(to, size));
            }
            to = Arrays.copyOf(to, 2 * to.length);
        }
    }

    private void check(int result) {
        // Z_BUF_ERROR: there was nothing to do.
        if (result < 0 && result != JZlib.Z_BUF_ERROR) {
            throw new IllegalStateException("deflate failed: " + result + " " + deflater.getMessage());
        }
    }
}
