package io.wshd.websocket;

import io.wshd.config.WebSocketConfig;
import java.util.Arrays;

/**
 * Compresses the messages that a session sends (RFC 7692 section 7.2.1). Frames come in the order in which they go to
 * the wire, one at a time: the caller's lock guards this.
 */
final class MessageDeflater {

    /** The end of every flush, which the last frame of a message leaves out. */
    static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    /** What an empty last piece is made of: together with the tail an empty block (section 7.2.3.6). */
    private static final byte[] EMPTY = {0};

    /** What flushing an empty piece of a message gives. */
    private static final byte[] FLUSH = {0, 0, 0, (byte) 0xFF, (byte) 0xFF};

    private final PerMessageDeflate agreed;
    private final WebSocketConfig.Compression settings;
    private final CompressorPool pool;

    /** With context takeover or more than the usual effort, from the first message on. */
    private Compressor own;

    /** Whether the message under way is compressed. */
    private boolean compressing;

    MessageDeflater(PerMessageDeflate agreed, WebSocketConfig.Compression settings, CompressorPool pool) {
        this.agreed = agreed;
        this.settings = settings;
        this.pool = pool;
    }

    /**
     * The frame to send in place of another. Its first piece decides for the whole message.
     *
     * @param first whether the frame begins a message
     */
    OutgoingFrame deflate(OutgoingFrame frame, boolean first) {
        int size = frame.payloadSize();
        if (first) {
            compressing = size >= settings.threshold();
        }
        if (!compressing) {
            return frame;
        }
        byte[] payload = size > 0 ? compressed(frame, size, first) : empty(frame.fin());
        if (first && frame.fin() && payload.length >= size && size > 0 && !isOwn()) {
            // Data that does not shrink; with takeover the peer would miss it in its window.
            return frame;
        }
        OutgoingFrame deflated = OutgoingFrame.of(frame.text(), payload, frame.fin());
        if (first) {
            FrameEncoder.setCompressed(deflated.head());
        }
        return deflated;
    }

    /** Frees what is held; nothing is sent any more. */
    void release() {
        if (own != null) {
            own.close();
            own = null;
        }
    }

    private boolean isOwn() {
        return agreed.serverTakeover() || settings.level() != WebSocketConfig.Compression.FAST;
    }

    private byte[] empty(boolean fin) {
        return fin ? EMPTY : isOwn() ? FLUSH : new byte[0];
    }

    private byte[] compressed(OutgoingFrame frame, int size, boolean first) {
        byte[] from = frame.tail().length == 0 ? frame.head() : frame.tail();
        byte[] blocks;
        if (isOwn()) {
            if (own == null) {
                own = Compressor.of(agreed.serverBits(), settings.level());
            }
            blocks = own.compress(from, from.length - size, size, agreed.serverTakeover() || !first);
        } else {
            // Pieces need no common window: each is a sequence of blocks of its own.
            Compressor borrowed = pool.compressor(agreed.serverBits());
            blocks = borrowed.compress(from, from.length - size, size, false);
            pool.give(borrowed, agreed.serverBits(), settings.pool());
        }
        return frame.fin() ? Arrays.copyOf(blocks, blocks.length - TAIL.length) : blocks;
    }
}
