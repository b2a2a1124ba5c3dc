package io.wshd.proxy;

import io.undertow.util.HeaderMap;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes the chunked coding off a body (RFC 9112 section 7.1). Bytes in, bytes out, without I/O. */
final class ChunkedDecoder {

    /** Of the line with a chunk's size, extensions included. */
    private static final int LONGEST_LINE = 4096;

    /** Of all trailers together. The buffer that they are sent on with has 16 KiB. */
    private static final int MOST_TRAILERS = 8192;

    private enum State {
        SIZE,
        EXTENSION,
        DATA,
        AFTER_DATA,
        TRAILERS,
        DONE
    }

    private final ResponseParser trailers = new ResponseParser(MOST_TRAILERS);
    private State state = State.SIZE;
    private long left;
    private int digits;
    private int line;

    /** Whether the end was decoded, trailers included. */
    boolean done() {
        return state == State.DONE;
    }

    /** Fields behind the body; complete when {@link #done}. */
    HeaderMap trailers() {
        return trailers.headers();
    }

    /**
     * Decodes until {@code out} is full, {@code in} is empty, or the body ends.
     *
     * @throws IOException if this is no chunked body
     */
    void decode(ByteBuffer in, ByteBuffer out) throws IOException {
        while (in.hasRemaining() && state != State.DONE) {
            switch (state) {
                case DATA -> {
                    if (!out.hasRemaining()) {
                        return;
                    }
                    copy(in, out);
                }
                case TRAILERS -> {
                    if (trailers.parse(in)) {
                        state = State.DONE;
                    }
                }
                default -> step(in.get());
            }
        }
    }

    private void copy(ByteBuffer in, ByteBuffer out) {
        int count = (int) Math.min(left, Math.min(in.remaining(), out.remaining()));
        out.put(out.position(), in, in.position(), count);
        in.position(in.position() + count);
        out.position(out.position() + count);
        left -= count;
        if (left == 0) {
            state = State.AFTER_DATA;
            line = 0;
        }
    }

    private void step(byte b) throws IOException {
        if (++line > LONGEST_LINE) {
            throw new IOException("a chunk whose first line does not end");
        }
        switch (state) {
            case SIZE -> {
                int digit = Character.digit(b, 16);
                if (digit >= 0 && ++digits <= 15) {
                    left = left << 4 | digit;
                } else if (digits > 0 && (b == ';' || b == ' ' || b == '\t' || b == '\r')) {
                    state = State.EXTENSION;
                } else if (digits > 0 && b == '\n') {
                    sizeRead();
                } else {
                    throw new IOException("a chunk without a size");
                }
            }
            case EXTENSION -> {
                if (b == '\n') {
                    sizeRead();
                }
            }
            case AFTER_DATA -> {
                if (b == '\n') {
                    state = State.SIZE;
                    line = 0;
                } else if (b != '\r' || line > 1) {
                    throw new IOException("a chunk longer than its size");
                }
            }
            default -> throw new IllegalStateException(state.toString());
        }
    }

    private void sizeRead() {
        digits = 0;
        line = 0;
        if (left == 0) {
            trailers.resetForTrailers();
            state = State.TRAILERS;
        } else {
            state = State.DATA;
        }
    }
}
