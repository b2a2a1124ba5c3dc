package io.wshd.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A fuzz target: the bytes of a client behind its handshake, cut in two ways. Both must decode alike, and without
 * compression like the obvious decoder.
 */
public final class DecoderFuzz {

    /** Of a message. */
    static final int MAX = 5000;

    private static final PerMessageDeflate DEFLATE = new PerMessageDeflate(15, true, true, "");
    private static final CompressorPool POOL = new CompressorPool();

    private DecoderFuzz() {}

    /**
     * @param input first a byte whose lowest bit turns compression on, then one that decides how the rest is cut
     */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        boolean compression = (input[0] & 1) != 0;
        byte[] bytes = Arrays.copyOfRange(input, 2, input.length);
        List<String> whole = decode(bytes, compression, null);
        assertThat(decode(bytes, compression, new Random(input[1]))).isEqualTo(whole);
        if (!compression) {
            assertThat(whole).isEqualTo(SlowDecoder.decode(bytes, MAX));
        }
    }

    static List<String> decode(byte[] bytes, boolean compression, Random cuts) {
        var log = new Log(MAX);
        var decoder = new FrameDecoder(compression);
        var inflater = compression ? new MessageInflater(DEFLATE, EchoServer.COMPRESSION, POOL) : null;
        var reader = new MessageReader(MAX, inflater, log);
        int at = 0;
        try {
            while (at < bytes.length && !log.closed) {
                int count = cuts == null ? bytes.length : 1 + cuts.nextInt(cuts.nextBoolean() ? 4 : 700);
                int to = Math.min(bytes.length, at + count);
                var piece = ByteBuffer.allocateDirect(to - at)
                        .put(bytes, at, to - at)
                        .flip();
                decoder.decode(piece, reader);
                at = to;
            }
        } catch (ProtocolException e) {
            log.events.add("fail " + e.code());
        } finally {
            if (inflater != null) {
                inflater.release();
            }
        }
        return log.events;
    }

    /** What came out, as text. */
    static final class Log implements MessageReader.Events {

        final List<String> events = new ArrayList<>();
        private final int max;
        boolean closed;

        Log(int max) {
            this.max = max;
        }

        @Override
        public void message(Message message) {
            if (message.data().length > max) {
                throw new AssertionError("a message of " + message.data().length + " bytes");
            }
            events.add((message.text() ? "text " : "binary ") + Arrays.toString(message.data()));
        }

        @Override
        public void ping(byte[] data) {
            events.add("ping " + Arrays.toString(data));
        }

        @Override
        public void pong(byte[] data) {
            events.add("pong " + Arrays.toString(data));
        }

        @Override
        public void close(CloseStatus status) {
            closed = true;
            events.add("close " + status.code());
        }
    }
}
