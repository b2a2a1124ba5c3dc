package io.wshd.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.TestGateway;
import io.wshd.websocket.EchoServer;
import io.wshd.websocket.Frames;
import io.wshd.websocket.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * RFC 6455 on the wire: an echo answers the same bytes whatever language it is written in, however slow it is, and
 * however the input is cut.
 */
@ParameterizedClass
@MethodSource("all")
@Timeout(60)
class EchoWireTest {

    /** Who echoes. */
    enum Echo {
        JAVA,
        PYTHON,
        LATE_PYTHON,
        JAVASCRIPT,
        LATE_JAVASCRIPT
    }

    private static final int MAX_MESSAGE = EchoServer.DEFAULTS.maxMessage();

    private static final String LATE_PYTHON = """
            import time

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                while True:
                    message = request.ws_stream.receive_message()
                    if message is None:
                        return
                    time.sleep(0.05)
                    request.ws_stream.send_message(message, binary=isinstance(message, bytes))
            """;

    private static final String LATE_JAVASCRIPT = """
            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) {
                await new Promise(resolve => setTimeout(resolve, 50));
                await request.stream.send(message);
              }
            }
            """;

    private static TestGateway gateway;
    private static TestGateway late;
    private static EchoServer java;

    /** How the client's bytes travel. */
    enum Cut {
        WHOLE,
        SINGLE_BYTES
    }

    /** Bytes that are sent one by one, before the rest of a long input follows in one piece. */
    private static final int SINGLE = 600;

    @Parameter(0)
    private Echo echo;

    @Parameter(1)
    private Cut cut;

    static Stream<Arguments> all() {
        return Stream.of(Echo.values()).flatMap(echo -> Stream.of(Cut.values()).map(cut -> Arguments.of(echo, cut)));
    }

    @BeforeAll
    static void start() {
        java = EchoServer.with(EchoServer.DEFAULTS, EchoServer::echo);
        gateway = TestGateway.demo();
        late = TestGateway.with("handlers/late_wsh.py", LATE_PYTHON, "handlers/js_late_wsh.mjs", LATE_JAVASCRIPT);
    }

    @AfterAll
    static void stop() {
        java.close();
        gateway.close();
        late.close();
    }

    private RawClient open() throws Exception {
        return switch (echo) {
            case JAVA -> RawClient.open(java.port());
            case PYTHON -> RawClient.open(gateway.port(), "/echo");
            case JAVASCRIPT -> RawClient.open(gateway.port(), "/js_echo");
            case LATE_PYTHON -> RawClient.open(late.port(), "/late");
            case LATE_JAVASCRIPT -> RawClient.open(late.port(), "/js_late");
        };
    }

    private void send(RawClient client, byte[]... parts) throws Exception {
        byte[] bytes = Frames.join(parts);
        int single = cut == Cut.WHOLE ? 0 : Math.min(SINGLE, bytes.length);
        for (int i = 0; i < single; i++) {
            client.send(new byte[] {bytes[i]});
        }
        client.send(Arrays.copyOfRange(bytes, single, bytes.length));
    }

    /** Sends, and checks that these frames come back, and then the end of the stream if the last is a close frame. */
    private void exchange(byte[] sent, String... frames) throws Exception {
        try (var client = open()) {
            send(client, sent);
            var received = frames[frames.length - 1].startsWith("88:")
                    ? client.framesToTheEnd()
                    : client.frames(frames.length);
            assertThat(received).extracting(Object::toString).containsExactly(frames);
        }
    }

    private void fails(int code, byte[]... sent) throws Exception {
        try (var client = open()) {
            send(client, sent);
            var last = client.framesToTheEnd().getLast();
            assertThat(last.first()).isEqualTo(0x88);
            assertThat(last.payload()).startsWith(code >> 8, code & 255);
        }
    }

    private static String closed(int code) {
        return "88:" + (char) (code >> 8) + (char) (code & 255);
    }

    @Test
    void textAndBinaryMessagesComeBackInKind() throws Exception {
        exchange(
                Frames.join(Frames.text("hello"), Frames.masked(0x82, (byte) 0, (byte) 1, (byte) 0xC3)),
                "81:hello",
                "82:\u0000\u0001\u00C3");
    }

    @Test
    void textBeyondAsciiComesBackByteForByte() throws Exception {
        var text = "gr\u00FC\u00DFe \u20AC \uD83D\uDE00 \u0000";
        var bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        exchange(Frames.text(text), "81:" + bytes);
    }

    @Test
    void emptyMessagesComeBackEmpty() throws Exception {
        exchange(
                Frames.join(Frames.text(""), Frames.masked(0x82), Frames.masked(0x01), Frames.masked(0x80)),
                "81:",
                "82:",
                "81:");
    }

    @Test
    void fragmentsAreOneMessageAndAPingBetweenThemIsAnsweredFirst() throws Exception {
        exchange(
                Frames.join(
                        Frames.masked(0x01, (byte) 'a'),
                        Frames.masked(0x89, (byte) 'p'),
                        Frames.masked(0x00, (byte) 'b'),
                        Frames.masked(0x80, (byte) 'c')),
                "8a:p",
                "81:abc");
    }

    @Test
    void aCharacterMayBeCutBetweenFragments() throws Exception {
        exchange(
                Frames.join(Frames.masked(0x01, (byte) 0xE2, (byte) 0x82), Frames.masked(0x80, (byte) 0xAC)),
                "81:\u00E2\u0082\u00AC");
    }

    @Test
    void aPingIsAnsweredWithItsBodyAndAPongIsNot() throws Exception {
        exchange(
                Frames.join(Frames.masked(0x8A, (byte) 'x'), Frames.masked(0x89), Frames.masked(0x89, new byte[125])),
                "8a:",
                "8a:" + "\u0000".repeat(125));
    }

    @Test
    void messagesRightBeforeACloseAreEchoedBeforeItsAnswer() throws Exception {
        exchange(
                Frames.join(Frames.text("one"), Frames.text("two"), Frames.text("three"), Frames.close(1000, "")),
                "81:one",
                "81:two",
                "81:three",
                closed(1000));
    }

    @Test
    void whatFollowsACloseIsIgnored() throws Exception {
        try (var client = open()) {
            // In one piece: a client that is still writing would meet the end of the connection.
            client.send(Frames.close(1000, ""), Frames.text("late"), Frames.masked(0x89));
            assertThat(client.framesToTheEnd()).extracting(Object::toString).containsExactly(closed(1000));
        }
    }

    @Test
    void aCloseIsAnsweredWithItsOwnCode() throws Exception {
        for (int code : new int[] {1000, 1001, 1003, 1007, 1011, 3000, 4999}) {
            exchange(Frames.close(code, ""), closed(code));
        }
    }

    @Test
    void aCloseWithoutCodeIsAnsweredWithoutOne() throws Exception {
        exchange(Frames.masked(0x88), "88:");
    }

    @Test
    void aCodeThatMustNotBeOnTheWireIsAProtocolError() throws Exception {
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 2999, 5000}) {
            fails(1002, Frames.close(code, ""));
        }
        fails(1002, Frames.masked(0x88, (byte) 3));
    }

    @Test
    void invalidUtf8EndsWith1007() throws Exception {
        fails(1007, Frames.masked(0x81, (byte) 0xC0, (byte) 0xAF));
        fails(1007, Frames.masked(0x01, (byte) 0xE2), Frames.masked(0x80, (byte) 'x'));
        fails(1007, Frames.masked(0x88, (byte) 3, (byte) 0xE8, (byte) 0xFF));
    }

    @Test
    void anUnmaskedFrameEndsWith1002() throws Exception {
        fails(1002, new byte[] {(byte) 0x81, 1, 'x'});
    }

    @Test
    void reservedOpcodesAndBitsEndWith1002() throws Exception {
        List<Integer> firsts = new ArrayList<>(List.of(0xC1, 0xA1, 0x91, 0x80, 0x09));
        for (int opcode : new int[] {3, 7, 0xB, 0xF}) {
            firsts.add(0x80 | opcode);
        }
        for (int first : firsts) {
            fails(1002, Frames.masked(first, (byte) 'x'));
        }
    }

    @Test
    void whatCameBeforeAViolationIsEchoedFirst() throws Exception {
        byte[] before = Frames.join(Frames.text("one"), Frames.masked(0x01, (byte) 't'), Frames.masked(0x89));
        byte[] legal = Frames.join(before, Frames.masked(0x80, (byte) 'w'));
        for (var violation : Map.of(1002, Frames.masked(0xA1), 1007, Frames.masked(0x81, (byte) 0xFF))
                .entrySet()) {
            try (var client = open()) {
                send(client, legal, violation.getValue());
                var frames = client.framesToTheEnd();
                assertThat(frames.getLast().payload()).startsWith(violation.getKey() >> 8, violation.getKey() & 255);
                assertThat(frames.subList(0, frames.size() - 1))
                        .extracting(Object::toString)
                        .containsExactlyInAnyOrder("81:one", "8a:", "81:tw");
            }
        }
    }

    @Test
    void aViolationIsAnsweredThoughMoreInputIsUnread() throws Exception {
        fails(1002, Frames.masked(0xF1), new byte[1 << 20]);
    }

    @Test
    void aMessagePastTheBoundEndsWith1009() throws Exception {
        fails(1009, Frames.masked(0x82, 8, MAX_MESSAGE + 1L, new byte[0]));
        fails(1009, Frames.masked(0x02, new byte[MAX_MESSAGE]), Frames.masked(0x80, (byte) 'x'));
    }
}
