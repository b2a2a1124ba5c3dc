package io.wshd.script.js;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/**
 * A decoder with what it has left over from one piece to the next. Public because JavaScript calls it.
 */
public final class JsTextDecoder {

    private static final char BOM = '\uFEFF';

    private final String name;
    private final boolean unicode;
    private final boolean ignoreBom;
    private final CharsetDecoder decoder;

    /** Bytes of a character that is not complete yet. */
    private byte[] rest = new byte[0];

    private boolean begun;

    JsTextDecoder(Encodings.Encoding encoding, boolean fatal, boolean ignoreBom) {
        CodingErrorAction action = fatal ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
        this.name = encoding.name();
        this.unicode = name.startsWith("utf-");
        this.ignoreBom = ignoreBom;
        this.decoder = encoding.charset().newDecoder().onMalformedInput(action).onUnmappableCharacter(action);
        if (unicode) {
            decoder.replaceWith("\uFFFD");
        }
    }

    @HostAccess.Export
    public String encoding() {
        return name;
    }

    /**
     * Decodes a part of an ArrayBuffer.
     *
     * @param more whether a character may go on in the next piece
     * @return null if the bytes are malformed and the decoder is fatal
     */
    @HostAccess.Export
    public String decode(Value buffer, int offset, int length, boolean more) {
        byte[] bytes = new byte[rest.length + length];
        System.arraycopy(rest, 0, bytes, 0, rest.length);
        if (length > 0) {
            buffer.readBuffer(offset, bytes, rest.length, length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate((int) (bytes.length * (double) decoder.maxCharsPerByte()) + 2);
        CoderResult result = decoder.decode(in, out, !more);
        if (!result.isError() && !more) {
            result = decoder.flush(out);
        }
        rest = new byte[in.remaining()];
        in.get(rest);
        if (!more || result.isError()) {
            rest = new byte[0];
            decoder.reset();
        }
        if (result.isError()) {
            begun = false;
            return null;
        }
        return text(out.flip(), more);
    }

    private String text(CharBuffer out, boolean more) {
        if (!begun && out.hasRemaining()) {
            begun = true;
            if (unicode && !ignoreBom && out.get(0) == BOM) {
                out.get();
            }
        }
        begun &= more;
        return out.toString();
    }
}
