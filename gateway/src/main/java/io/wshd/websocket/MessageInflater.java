package io.wshd.websocket;

import io.wshd.config.WebSocketConfig;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates the messages that a session receives (RFC 7692 section 7.2.2), piece by piece, into room that the caller
 * bounds. For one thread, except for {@link #release}.
 */
final class MessageInflater {

    private final boolean takeover;
    private final WebSocketConfig.Compression settings;
    private final CompressorPool pool;

    /** The decompressor between two pieces: whoever takes it out owns it. */
    private final AtomicReference<Inflater> resting = new AtomicReference<>();

    private volatile boolean released;

    private Inflater inflater;
    private ByteBuffer input;

    MessageInflater(PerMessageDeflate agreed, WebSocketConfig.Compression settings, CompressorPool pool) {
        this.takeover = agreed.clientTakeover();
        this.settings = settings;
        this.pool = pool;
    }

    /**
     * Gives the next bytes of a message; {@link #pause} must follow.
     *
     * @param from must not change until then; its position moves as it is inflated
     */
    void begin(ByteBuffer from) {
        inflater = resting.getAndSet(null);
        if (inflater == null) {
            inflater = pool.inflater();
        }
        if (inflater.finished()) {
            inflater.reset();
        }
        input = from;
        inflater.setInput(from);
    }

    /**
     * Inflates as much as there is room for.
     *
     * @param room at least 1
     * @return 0 when the input is used up
     * @throws ProtocolException 1007 for what is no DEFLATE: the framing is right, the data in it is not
     */
    int inflate(byte[] to, int at, int room) throws ProtocolException {
        try {
            while (true) {
                int count = inflater.inflate(to, at, room);
                if (count > 0 || !inflater.finished() || inflater.getRemaining() == 0) {
                    return count;
                }
                // A block with BFINAL ends the stream and not the message (section 7.2.3.4).
                inflater.reset();
                inflater.setInput(input);
            }
        } catch (DataFormatException e) {
            throw new ProtocolException(CloseStatus.INVALID_DATA, "compressed data is corrupt");
        }
    }

    /** No more of this input is needed. */
    void pause() {
        // The input is the I/O thread's buffer, which others use meanwhile.
        inflater.setInput(MessageReader.NONE);
        input = null;
        rest(inflater);
    }

    /** The message is complete. */
    void end() {
        if (!takeover) {
            giveBack();
        }
    }

    /** Frees what is held; nothing is received any more. Any thread, more than once. */
    void release() {
        released = true;
        giveBack();
    }

    private void rest(Inflater used) {
        inflater = null;
        resting.set(used);
        if (released) {
            giveBack();
        }
    }

    private void giveBack() {
        Inflater idle = resting.getAndSet(null);
        if (idle != null) {
            pool.give(idle, settings.pool());
        }
    }
}
