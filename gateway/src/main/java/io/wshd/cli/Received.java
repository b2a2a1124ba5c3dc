package io.wshd.cli;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What comes from a server: its messages, then how it ended. */
final class Received implements WebSocket.Listener {

    /** One of them. */
    sealed interface Event {}

    /** For people: a text as it is, other bytes in hexadecimal. */
    record Message(String text) implements Event {}

    /** For people. */
    record End(String how) implements Event {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder bytes = new StringBuilder();

    /** The next of them; null if there is none for so long. */
    Event next(Duration atMost) throws InterruptedException {
        return events.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            events.add(new Message(text.toString()));
            text.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        bytes.append(HexFormat.of().formatHex(part));
        if (last) {
            events.add(new Message("0x" + bytes));
            bytes.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        events.add(new End("closed with " + code + (reason.isEmpty() ? "" : " (" + reason + ")")));
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        events.add(new End("the connection broke off: the gateway's log says why"));
    }
}
