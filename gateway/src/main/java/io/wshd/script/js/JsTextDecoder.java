package io.wshd.script.js;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/**
 * A decoder with what it has left over from one piece to the next (Encoding standard, section 7.2). Public because
 * JavaScript calls it.
 */
public final class JsTextDecoder {

    private static final char BOM = '\uFEFF';
    private static final char REPLACEMENT = '\uFFFD';

    private final String name;
    private final boolean unicode;
    private final boolean fatal;
    private final boolean ignoreBom;
    private final CharsetDecoder decoder;

    /** Bytes of a character that is not complete yet. */
    private byte[] rest = new byte[0];

    private boolean begun;

    JsTextDecoder(Encodings.Encoding encoding, boolean fatal, boolean ignoreBom) {
        this.name = encoding.name();
        this.unicode = name.startsWith("utf-");
        this.fatal = fatal;
        this.ignoreBom = ignoreBom;
        this.decoder = encoding.charset()
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
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
        boolean good = decode(in, out, !more);
        if (good && more && isHalfSurrogate(in)) {
            good = decode(in, out, true);
            decoder.reset();
        }
        if (good && !more) {
            good = !decoder.flush(out).isError();
        }
        rest = new byte[in.remaining()];
        in.get(rest);
        if (!more || !good) {
            rest = new byte[0];
            decoder.reset();
        }
        if (!good) {
            begun = false;
            return null;
        }
        return text(out.flip(), more);
    }

    /** Decodes all that is complete; false if something is malformed and the decoder is fatal. */
    private boolean decode(ByteBuffer in, CharBuffer out, boolean end) {
        CoderResult result = decoder.decode(in, out, end);
        while (result.isError()) {
            if (fatal) {
                return false;
            }
            in.position(in.position() + Math.min(wrong(result, in), in.remaining()));
            out.put(REPLACEMENT);
            result = decoder.decode(in, out, end);
        }
        return true;
    }

    /** Bytes that one U+FFFD stands for. Where half a surrogate pair is wrong, the JDK takes what follows with it. */
    private int wrong(CoderResult result, ByteBuffer in) {
        if (name.startsWith("utf-16")) {
            return 2;
        }
        return isHalfSurrogate(in) ? 1 : result.length();
    }

    /** Whether half a surrogate pair comes next in UTF-8, which its second byte tells; the JDK looks at the third first. */
    private boolean isHalfSurrogate(ByteBuffer in) {
        return name.equals("utf-8")
                && in.remaining() > 1
                && in.get(in.position()) == (byte) 0xED
                && (in.get(in.position() + 1) & 0xE0) == 0xA0;
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
