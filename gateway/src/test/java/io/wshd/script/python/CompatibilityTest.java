package io.wshd.script.python;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.wshd.CapturedLog;
import io.wshd.RawHttp;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import io.wshd.websocket.Frames;
import io.wshd.websocket.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Handlers that rely on pywebsocket's ways, byte for byte. The bytes are those of its documented behaviour and of RFC
 * 6455; in texts here, one ISO 8859-1 character is one byte.
 */
@Timeout(120)
class CompatibilityTest {

    private static final Path HANDLERS =
            Path.of("src/test/resources/pywebsocket").toAbsolutePath();

    private static final String ANSWER = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

    private static final String CLOSED = close(1000, "");

    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.with("conf/gateway.conf", """
                listeners { http { bind = "127.0.0.1:0" } }
                hosts { "*" { routes {
                  "/" { handlers = "%s", files = "www", compatibility = pywebsocket }
                  "/strict" { handlers = "%s", origins = ["*"] }
                } } }
                """.formatted(HANDLERS, HANDLERS));
        // Loaded in this order.
        for (String script : List.of("deflate", "handshake?refuse", "plain", "readers", "rooms")) {
            eventually(() -> assertThat(gateway.refusal("/" + script)).isIn(101, 403, 418));
        }
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Everything that comes back for a handshake with these header lines and for what is sent behind it. */
    private static String talk(String target, String[] headers, byte[]... frames) throws IOException {
        try (var client = new RawHttp(gateway.port())) {
            client.send(latin1(Frames.join(RawClient.requestFor(target, headers), Frames.join(frames))));
            return client.rest();
        }
    }

    private static String talk(String target, byte[]... frames) throws IOException {
        return talk(target, new String[0], frames);
    }

    /** The same without the head of the answer, which must be the plain one. */
    private static String frames(String target, byte[]... frames) throws IOException {
        var all = talk(target, frames);
        assertThat(all).startsWith(ANSWER + "\r\n");
        return all.substring(ANSWER.length() + 2);
    }

    /** The head of a refusal. */
    private static String refused(String target, String... headers) throws IOException {
        try (var client = new RawHttp(gateway.port())) {
            client.send(latin1(RawClient.requestFor(target, headers)));
            return client.head();
        }
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String close(int code, String reason) {
        return "\u0088" + (char) (2 + reason.length()) + (char) (code >> 8) + (char) (code & 255) + reason;
    }

    private static String text(String text) {
        return "\u0081" + (char) text.length() + text;
    }

    private static byte[] bye() {
        return Frames.close(1000, "");
    }

    // The handshake.

    @ParameterizedTest
    @ValueSource(strings = {"", "/strict"})
    void aHandlersOwnResponseIsAllThatTheClientGets(String route) throws Exception {
        assertThat(talk(route + "/handshake?own_response"))
                .isEqualTo("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"camelot\"\r\n\r\n");
        assertThat(talk(route + "/handshake?half_a_head"))
                .isEqualTo("HTTP/1.1 101 Switching Protocols\nUpgrade: web\0socket");
        assertThat(talk(route + "/handshake?abort")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/strict"})
    void theServersAnswerFollowsWhatTheHandlerHasWritten(String route) throws Exception {
        var rest = ANSWER + "\r\n" + text("open") + CLOSED;
        assertThat(talk(route + "/handshake?junk_first", bye())).isEqualTo("\0\u00ffjunk\r\n" + rest);
        assertThat(talk(route + "/handshake?two_answers", bye()))
                .isEqualTo("HTTP/1.1 101 First\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n" + rest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/strict"})
    void aHandlerReadsWhatTheClientSendsBeforeTheAnswer(String route) throws Exception {
        assertThat(talk(route + "/handshake?close_before_the_answer", Frames.close(1001, "PASS")))
                .isEqualTo("HTTP/1.1 101 X\r\n\r\n" + close(1001, "PASS") + "read 12");
    }

    @Test
    void aRefusalFollowsWhatTheHandlerHasWritten() throws Exception {
        assertThat(talk("/handshake?junk_and_refuse")).startsWith("junkHTTP/1.1 404 Not Found\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "refuse,418",
        "refuse_somehow,403",
        "fail,403",
        "text_instead_of_bytes,403",
        "odd_protocol,400",
        "unasked_protocol,400",
        "another_version,400"
    })
    void aRefusalHasTheStatusThatPywebsocketGivesIt(String what, int status) throws Exception {
        assertThat(refused("/handshake?" + what))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\r\nConnection: close\r\n");
    }

    @Test
    void aSubprotocolIsChosenAmongTheOffered() throws Exception {
        String[] offer = {"Sec-WebSocket-Protocol: a, b"};
        assertThat(talk("/handshake?second_protocol", offer, bye()))
                .isEqualTo(ANSWER + "Sec-WebSocket-Protocol: b\r\n\r\n" + text("open") + CLOSED);
        for (var bad : List.of("odd_protocol", "unasked_protocol", "no_protocol")) {
            assertThat(refused("/handshake?" + bad, offer)).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void theVersionsThatAHandlerNamesAreInItsRefusal() throws Exception {
        assertThat(refused("/handshake?another_version"))
                .startsWith("HTTP/1.1 400 ")
                .contains("\r\nSec-WebSocket-Version: 13, 8\r\n");
        assertThat(refused("/strict/handshake?another_version"))
                .startsWith("HTTP/1.1 426 ")
                .contains("\r\nSec-WebSocket-Version: 13, 8\r\n");
    }

    @Test
    void extraHeadersComeBehindTheServersInTheirOrder() throws Exception {
        assertThat(talk("/handshake?headers", bye()))
                .isEqualTo(ANSWER + "Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nX-Empty: \r\nX-Number: 7\r\n\r\n"
                        + text("open") + CLOSED);
        assertThat(talk("/handshake?line_breaks", bye()))
                .isEqualTo(ANSWER + "X-Long: a\r\n b\r\nX-Cut: c\r\nX-More: d\r\n\r\n" + text("open") + CLOSED);
        assertThat(talk("/handshake?own_extensions", bye()))
                .isEqualTo(ANSWER + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n" + text("open") + CLOSED);
    }

    @Test
    void lineBreaksAndExtensionsInExtraHeadersAreRefusedWithoutCompatibility() throws Exception {
        for (var what : List.of("line_breaks", "own_extensions")) {
            assertThat(refused("/strict/handshake?" + what)).startsWith("HTTP/1.1 500 ");
        }
        assertThat(talk("/strict/handshake?headers", bye()))
                .contains("\r\nSet-Cookie: a=1; Path=/\r\n", "\r\nSet-Cookie: b=2\r\n", "\r\nX-Number: 7\r\n");
    }

    @Test
    void aHandlerMaySleepBeforeItAnswers() throws Exception {
        assertThat(talk("/handshake?slow", bye())).isEqualTo(ANSWER + "\r\n" + text("open") + CLOSED);
    }

    @Test
    void whatIsWrongWithAHandshakeIsA400AndWithoutAHandlerA404() throws Exception {
        assertThat(RawHttp.get(gateway.port(), "/plain").status()).isEqualTo(400);
        assertThat(RawHttp.get(gateway.port(), "/plain", "Upgrade: websocket").status())
                .isEqualTo(400);
        assertThat(refused("/nothing")).startsWith("HTTP/1.1 404 ");
        assertThat(refused("/nohandler")).startsWith("HTTP/1.1 404 ");
        assertThat(refused("/strict/nohandler")).startsWith("HTTP/1.1 503 ");
        var version = latin1(RawClient.requestFor("/plain")).replace("Version: 13", "Version: 99");
        try (var client = new RawHttp(gateway.port())) {
            client.send(version);
            assertThat(client.rest()).startsWith("HTTP/1.1 400 ").contains("\r\nSec-WebSocket-Version: 13\r\n");
        }
    }

    @Test
    void everyOriginIsAcceptedAndOnlyWithCompatibility() throws Exception {
        try (var other = TestGateway.with(
                "handlers/plain_wsh.py",
                "def web_socket_do_extra_handshake(request): pass\n"
                        + "def web_socket_transfer_data(request): pass\n")) {
            try (var client = new RawHttp(other.port())) {
                client.send(latin1(RawClient.requestFor("/plain", "Origin: null")));
                assertThat(client.head()).startsWith("HTTP/1.1 403 ");
            }
        }
        for (var origin : List.of("null", "http://elsewhere.example")) {
            assertThat(talk("/frames?nothing", new String[] {"Origin: " + origin}, bye()))
                    .startsWith("HTTP/1.1 101 ");
        }
    }

    // What a handler writes.

    @Test
    void brokenFramesGoOutAsTheyAre() throws Exception {
        assertThat(frames("/frames?broken_length"))
                .isEqualTo("\u0081\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffhi");
        assertThat(frames("/frames?not_the_shortest_length", bye())).isEqualTo("\u0081~\0\2hi" + CLOSED);
        assertThat(frames("/frames?reserved_bits", bye())).isEqualTo("\u00c1\1x" + "\u00a1\1x" + "\u0091\1x" + CLOSED);
        assertThat(frames("/frames?reserved_opcodes", bye())).isEqualTo("\u0083\0" + "\u008b\0" + CLOSED);
        assertThat(frames("/frames?masked", bye())).isEqualTo("\u0081\u00857\u00fa!=\u007f\u009fMQX" + CLOSED);
        assertThat(frames("/frames?invalid_utf8", bye())).isEqualTo("\u0081\2\u00c3(" + CLOSED);
        assertThat(frames("/frames?long_control_frame", bye())).isEqualTo("\u0089~\0~" + "p".repeat(126) + CLOSED);
        assertThat(frames("/frames?fragmented_control_frame", bye())).isEqualTo("\u0009\1p" + CLOSED);
        assertThat(frames("/frames?interleaved", bye()))
                .isEqualTo("\1\4one " + "\u0089\7between" + "\u0080\3two" + CLOSED);
        assertThat(frames("/frames?stray_continuation", bye())).isEqualTo("\u0080\5stray" + CLOSED);
    }

    @Test
    void framesOfAllKindsGoOutInOrder() throws Exception {
        assertThat(frames("/frames?all_kinds", bye()))
                .isEqualTo("\u0081\1t" + "\u0082\1b" + "\u0089\1i" + "\u008a\1o" + "\u00fe\0~" + "\u0081\1m" + CLOSED);
        assertThat(frames("/frames?large", bye()))
                .isEqualTo("\u0082\u007f\0\0\0\0\0\4\u0093\u00e0" + "x".repeat(300000) + CLOSED);
    }

    @Test
    void theConnectionEndsAsTheHandlerLeavesIt() throws Exception {
        assertThat(frames("/frames?nothing", bye())).isEqualTo(CLOSED);
        assertThat(frames("/frames?bytes_one_by_one")).isEqualTo(close(3004, "split test"));
        assertThat(frames("/frames?close_with_a_bad_code")).isEqualTo(close(1005, ""));
        assertThat(frames("/frames?end_without_a_close")).isEqualTo("\u0089\4ping");
        assertThat(frames("/frames?sleep_and_end")).isEmpty();
        try (var log = new CapturedLog()) {
            assertThat(frames("/frames?fail")).isEqualTo("\u0081\1x");
            eventually(() -> assertThat(log.text()).contains("frames_wsh.py:", "ValueError: as asked", "Traceback"));
        }
    }

    // What a handler reads.

    @Test
    void framesAreReadOneByOneWithTheirBits() throws Exception {
        assertThat(frames(
                        "/readers?frame",
                        Frames.masked(0x01, (byte) 'a'),
                        Frames.masked(0x89, (byte) 'p'),
                        Frames.masked(0x80),
                        Frames.masked(0xB2, (byte) 0xFF),
                        bye(),
                        bye()))
                .isEqualTo(text("[[1, \"a\", 0, 0, 0, 0], [9, \"p\", 1, 0, 0, 0], [0, \"\", 1, 0, 0, 0], "
                                + "[2, \"\\u00ff\", 1, 0, 1, 1], [8, \"\\u0003\\u00e8\", 1, 0, 0, 0]]")
                        + CLOSED);
        assertThat(frames("/readers?frame_objects", Frames.text("t"), Frames.masked(0x02, (byte) 'b'), bye()))
                .isEqualTo(text("[[1, \"t\", 1], [2, \"b\", 0]]") + CLOSED);
    }

    @Test
    void thePongToAPingIsAFrameToBeRead() throws Exception {
        assertThat(frames("/readers?pong", Frames.masked(0x8A, (byte) '!'), bye()))
                .isEqualTo("\u0089\rHello, world!" + text("[10, \"!\", 1, 0, 0, 0]") + CLOSED);
    }

    @Test
    void bytesAreReadAsTheyCame() throws Exception {
        assertThat(frames("/readers?raw_bytes", Frames.masked(0x88, (byte) 3, (byte) 0xE8, (byte) 'x'), bye()))
                .isEqualTo(text("[\"888312f45678\", \"111c2e\"]") + CLOSED);
    }

    @Test
    void aReadHasWhatIsThereAndWaitsForNoMore() throws Exception {
        assertThat(frames("/readers?what_is_there", bye())).isEqualTo(text("\"888212f45678111c\""));
    }

    @Test
    void filtersSeeFramesAndMessages() throws Exception {
        assertThat(frames("/readers?filtered", Frames.text("quiet"), bye())).isEqualTo(text("\"QUIET\"") + CLOSED);
        assertThat(frames("/readers?filters", Frames.masked(0x91, (byte) 'x'), Frames.masked(0x98, new byte[0])))
                .isEqualTo("\u0091\1X" + "\u0098\2\3\u00e8");
    }

    @Test
    void aHandlerJudgesFramesItself() throws Exception {
        assertThat(frames(
                        "/readers?judged",
                        Frames.masked(0x01, (byte) 'a'),
                        Frames.masked(0x80, (byte) 'b'),
                        Frames.close(3000, "bye")))
                .isEqualTo(text("[\"ab\", 1, 8]") + CLOSED);
    }

    @Test
    void pingsAndPongsGoToTheRequestsHandlers() throws Exception {
        assertThat(frames(
                        "/readers?handlers",
                        Frames.masked(0x89, (byte) 'i'),
                        Frames.masked(0x8A, (byte) 'o'),
                        Frames.text("m"),
                        bye()))
                .isEqualTo(text("[\"ping i\", \"pong o\", \"m\"]") + CLOSED);
    }

    @Test
    void whatClientsDoAgainstTheProtocolIsRefusedWhoeverReadsTheFrames() throws Exception {
        for (var target : List.of("/plain", "/readers?messages")) {
            assertThat(frames(target, new byte[] {(byte) 0x81, 1, 'x'})).isEqualTo(close(1002, ""));
            assertThat(frames(target, Frames.masked(0x80))).isEqualTo(close(1002, ""));
            assertThat(frames(target, Frames.masked(0x91), bye())).isEqualTo(close(1003, ""));
            assertThat(frames(target, Frames.masked(0x83), bye())).isEqualTo(close(1003, ""));
            assertThat(frames(target, Frames.masked(0x81, (byte) 0x80), bye())).isEqualTo(close(1007, ""));
            assertThat(frames(target, Frames.masked(0x81, 2, 1, new byte[] {'x'})))
                    .isEqualTo(close(1002, ""));
            assertThat(frames(target, Frames.masked(0x88, (byte) 3, (byte) 0xED)))
                    .isEqualTo(close(1002, ""));
            assertThat(frames(target, Frames.masked(0x82, 8, 1L << 40, new byte[0])))
                    .isEqualTo(close(1009, ""));
        }
    }

    @Test
    void echoesAreTheSameWhoeverMakesTheFrames() throws Exception {
        byte[][] sent = {
            Frames.text("gr\u00fc\u00dfe"),
            Frames.masked(0x82, new byte[70_000]),
            Frames.masked(0x01, (byte) 'a'),
            Frames.masked(0x89, (byte) 'p'),
            Frames.masked(0x80, (byte) 'b'),
            Frames.close(3001, "bye")
        };
        var fast = frames("/plain", sent);
        assertThat(fast).contains("\u008a\1p").endsWith(text("ab") + CLOSED);
        // In a stream of frames a ping is answered in its turn; else it may overtake the handler.
        assertThat(frames("/readers?messages", sent).replace("\u008a\1p", "")).isEqualTo(fast.replace("\u008a\1p", ""));
    }

    // In the midst of it.

    @ParameterizedTest
    @ValueSource(strings = {"", "/strict"})
    void aHandlerTurnsToFramesInTheMidst(String route) throws Exception {
        var all = talk(
                route + "/late",
                Frames.text("one"),
                Frames.text("wait"),
                Frames.text("frame"),
                Frames.masked(0x82, (byte) 'b'),
                Frames.text("two"),
                Frames.text("begun"),
                Frames.text("bytes"),
                Frames.close(3001, ""));
        assertThat(all.substring(all.indexOf("\r\n\r\n") + 4))
                .isEqualTo(text("HostStream one") + text("2 b 10") + text("LiveStream two")
                        + "\1\2be" + "\u0089\0" + "\u0080\3gun" + "\u0089\2by" + text("te")
                        + (route.isEmpty() ? CLOSED : close(3001, "")));
    }

    @Test
    void aHandlerTurnsToFramesInTheMidstOfAMessage() throws Exception {
        try (var client = new RawHttp(gateway.port())) {
            client.send(latin1(RawClient.requestFor("/late")));
            client.until("\r\n\r\n");
            client.send(latin1(Frames.join(
                    Frames.text("wait"),
                    Frames.text("begun"),
                    Frames.masked(0x01, "hal".getBytes(StandardCharsets.US_ASCII)))));
            assertThat(client.until("\u0080\3gun")).isEqualTo("\1\2be" + "\u0089\0" + "\u0080\3gun");
            client.send(latin1(Frames.join(Frames.masked(0x80, (byte) 'f'), bye())));
            assertThat(client.rest()).isEqualTo(text("LiveStream half") + CLOSED);
        }
    }

    @Test
    void aSessionThatLeavesTheFastPathSaysSoAtDebugLevel() throws Exception {
        var logger = (Logger) LoggerFactory.getLogger("script.late_wsh");
        logger.setLevel(Level.DEBUG);
        try (var log = new CapturedLog()) {
            talk("/late", Frames.text("bytes"), bye());
            assertThat(log.text()).contains("DEBUG script.late_wsh: ", "frames of the script's own making");
        } finally {
            logger.setLevel(null);
        }
    }

    // The third hook.

    @ParameterizedTest
    @ValueSource(strings = {"", "/strict"})
    void theThirdHookAnswersInItsOwnWay(String route) throws Exception {
        assertThat(talk(route + "/passive", Frames.close(3333, "sun"))).endsWith("\r\n\r\n" + close(3333, "sun"));
        assertThat(talk(route + "/passive", Frames.close(1000, "raw"))).endsWith("\r\n\r\n\u0088\0");
        assertThat(talk(route + "/passive", Frames.close(1000, "abort"))).endsWith("\r\n\r\n");
        assertThat(talk(route + "/passive", Frames.close(1000, "none"))).endsWith("\r\n\r\n\u0088\0");
        assertThat(talk(route + "/passive", Frames.close(1000, "bad"))).endsWith("\r\n\r\n" + close(1011, ""));
    }

    @Test
    void withoutTheThirdHookEveryCloseIsAnsweredWith1000() throws Exception {
        assertThat(frames("/plain", Frames.close(3001, "x"))).isEqualTo(CLOSED);
        assertThat(frames("/plain", Frames.masked(0x88))).isEqualTo(CLOSED);
        assertThat(talk("/strict/plain", Frames.close(3001, "x"))).endsWith(close(3001, ""));
    }

    @Test
    void aLoneSurrogateIsABadOperation() throws Exception {
        assertThat(frames("/plain", Frames.text("surrogate"), bye())).isEqualTo(close(1011, ""));
    }

    // Compression.

    private static final String HELLO = "\u00f2H\u00cd\u00c9\u00c9\u0007\u0000";

    private static String deflated(String target, String offer, byte[]... frames) throws IOException {
        return talk(target, new String[] {"Sec-WebSocket-Extensions: " + offer}, frames);
    }

    private static byte[] compressed(String payload) {
        return Frames.masked(0xC1, payload.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void messagesAreCompressedAsPywebsocketDoes() throws Exception {
        byte[][] hellos = {compressed(HELLO), compressed("\u00f2\u0000\u0011\u0000\u0000"), Frames.text(""), bye()};
        var second = "\u00c1\5\u00f2\u0000\u0011\u0000\u0000";
        assertThat(deflated("/plain", "permessage-deflate", hellos))
                .isEqualTo(ANSWER + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n" + "\u00c1\7" + HELLO + second
                        + "\u00c1\1\0" + CLOSED);
        assertThat(deflated("/plain", "permessage-deflate; server_no_context_takeover", hellos))
                .isEqualTo(ANSWER + "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n\r\n"
                        + "\u00c1\7" + HELLO + "\u00c1\7" + HELLO + "\u00c1\1\0" + CLOSED);
        assertThat(deflated(
                        "/plain",
                        "permessage-deflate; server_max_window_bits=10; server_no_context_takeover,"
                                + " permessage-deflate; client_max_window_bits",
                        compressed(HELLO),
                        bye()))
                .isEqualTo(ANSWER + "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10;"
                        + " server_no_context_takeover\r\n\r\n\u00c1\7" + HELLO + CLOSED);
        for (var bad : List.of("server_max_window_bits=3000000", "foo=bar")) {
            assertThat(deflated("/plain", "permessage-deflate; " + bad, bye())).isEqualTo(ANSWER + "\r\n" + CLOSED);
        }
    }

    @Test
    void framesOfTheScriptsMakingAreCompressedInTheSameWay() throws Exception {
        byte[][] hellos = {compressed(HELLO), compressed("\u00f2\u0000\u0011\u0000\u0000"), bye()};
        assertThat(deflated("/readers?messages", "permessage-deflate", hellos))
                .isEqualTo(deflated("/plain", "permessage-deflate", hellos));
    }

    @Test
    void aSessionThatHasCompressedGoesOnWithIt() throws Exception {
        var all = deflated(
                "/late",
                "permessage-deflate",
                compressed(HELLO),
                Frames.text("bytes"),
                compressed("\u00f2\u0000\u0011\u0000\u0000"),
                bye());
        // The second Hello refers to the first, which only the gateway has seen; that it was understood is seen by what
        // comes after it.
        assertThat(all).startsWith(ANSWER).endsWith(CLOSED).contains("\u0089\2by" + text("te") + "\u00c1");
    }

    @Test
    void processorsDoAsTheHandlerHasSet() throws Exception {
        var plain = ANSWER + "\r\n" + text("Hello") + CLOSED;
        for (var without : List.of("remove", "none")) {
            assertThat(deflated("/deflate?" + without, "permessage-deflate", Frames.text("Hello"), bye()))
                    .isEqualTo(plain);
            assertThat(deflated("/strict/deflate?" + without, "permessage-deflate", Frames.text("Hello"), bye()))
                    .doesNotContain("permessage-deflate");
        }
        var agreed = "Sec-WebSocket-Extensions: permessage-deflate";
        for (var route : List.of("", "/strict")) {
            assertThat(deflated(
                            route + "/deflate?client",
                            "permessage-deflate; client_max_window_bits",
                            compressed(HELLO),
                            bye()))
                    .isEqualTo(
                            ANSWER + agreed + "; client_max_window_bits=10; client_no_context_takeover\r\n\r\n\u00c1\7"
                                    + HELLO + CLOSED);
            assertThat(deflated(route + "/deflate?server", "permessage-deflate", compressed(HELLO), bye()))
                    .isEqualTo(
                            ANSWER + agreed + "; server_max_window_bits=15; server_no_context_takeover\r\n\r\n\u00c1\7"
                                    + HELLO + CLOSED);
        }
        assertThat(deflated("/deflate?bfinal", "permessage-deflate", compressed(HELLO), bye()))
                .isEqualTo(
                        ANSWER + agreed + "\r\n\r\n\u00c1\u0008\u00f3H\u00cd\u00c9\u00c9\u0007\u0000\u0000" + CLOSED);
        assertThat(deflated(
                        "/deflate?bfinal",
                        "permessage-deflate",
                        Frames.text("off"),
                        Frames.text("Hello"),
                        Frames.text("on"),
                        bye()))
                .startsWith(ANSWER + agreed + "\r\n\r\n" + text("off") + text("Hello") + "\u00c1");
    }

    // Requests, state and threads.

    @Test
    void aRequestTellsWhatTheClientHasSent() throws Exception {
        try (var client = new RawHttp(gateway.port())) {
            client.send(latin1(RawClient.requestFor(
                    "/request?a=b%20c",
                    "Origin: http://here.example",
                    "Cookie: a=1",
                    "User-Agent: test",
                    "Sec-WebSocket-Protocol: x, y",
                    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, other")));
            client.until("\r\n\r\n");
            client.send(latin1(bye()));
            var told = client.rest();
            // Compressed, and JSON inside; so by a client that inflates.
            assertThat(told).startsWith("\u00c1");
        }
        try (var socket = gateway.connect("/request?a=b%20c", "x", "y")) {
            var told = (String) socket.receive();
            assertThat(told)
                    .contains(
                            "\"ws_resource\": \"/request?a=b%20c\"",
                            "\"uri\": \"/request?a=b%20c\"",
                            "\"unparsed_uri\": \"/request?a=b%20c\"",
                            "\"ws_origin\": null",
                            "\"ws_version\": 13",
                            "\"ws_protocol\": \"x\"",
                            "\"ws_requested_protocols\": [\"x\", \"y\"]",
                            "\"ws_extensions\": \"\"",
                            "\"ws_extension_processors\": []",
                            "\"ws_deflate\": false",
                            "\"ws_close_code\": null",
                            "\"client_terminated\": false",
                            "\"server_terminated\": false",
                            "\"extra_headers\": []",
                            "\"headers_out\": {}",
                            "\"status\": 200",
                            "\"cookie\": [null, null, null, false]",
                            "\"absent\": \"none\"",
                            "\"method\": \"GET\"",
                            "\"protocol\": \"HTTP/1.1\"",
                            "\"https\": false",
                            "\"remote\": [true, true]",
                            "\"local\": " + gateway.port(),
                            "\"mine\": \"kept\"",
                            "\"hash\": 1",
                            "\"first_line\": \"GET /request?a=b%20c HTTP/1.1\\r\\n\"");
        }
    }

    @Test
    void moduleGlobalsThreadsAndOtherConnectionsAreThere() throws Exception {
        try (var listener = gateway.connect("/rooms?listen");
                var other = gateway.connect("/rooms?listen");
                var teller = gateway.connect("/rooms?tell")) {
            assertThat(listener.receive()).isEqualTo("here");
            assertThat(other.receive()).isEqualTo("here");
            try (var counter = gateway.connect("/rooms")) {
                assertThat(Integer.parseInt((String) counter.receive())).isGreaterThanOrEqualTo(3);
            }
            teller.send("hello");
            assertThat(listener.receive()).isEqualTo("hello");
            assertThat(other.receive()).isEqualTo("hello");
            assertThat(teller.receive()).isEqualTo("told 2");
            try (var worker = gateway.connect("/rooms?work")) {
                for (int i = 0; i < 3; i++) {
                    assertThat(worker.receive()).isEqualTo("done " + i);
                }
            }
            assertThat(teller.finish()).isEqualTo(new TestSocket.Closed(1000, ""));
        }
    }

    @Test
    void aWriteAfterTheClientHasGoneRaisesAndIsNoErrorOfTheScripts() throws Exception {
        try (var log = new CapturedLog()) {
            try (var client = RawClient.open(gateway.port(), "/frames?large")) {
                assertThat(client).isNotNull();
            }
            assertThat(talk("/frames?nothing", bye())).endsWith(CLOSED);
            assertThat(log.text()).doesNotContain("ERROR", "Traceback");
        }
    }

    /** What each kind of raw handler sends, by its target; an own response has no head of the server's. */
    private static final Map<String, String> RAW = Map.of(
            "/handshake?own_response",
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"camelot\"\r\n\r\n",
            "/frames?broken_length",
            ANSWER + "\r\n\u0081\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffhi",
            "/frames?stray_continuation",
            ANSWER + "\r\n\u0080\5stray" + CLOSED,
            "/frames?bytes_one_by_one",
            ANSWER + "\r\n" + close(3004, "split test"));

    @Test
    void rawHandlersAndOrdinarySessionsRunBesideEachOtherUnnoticed() throws Exception {
        int sessions = 200;
        int rounds = 5;
        List<RawClient> ordinary = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < sessions; i++) {
                ordinary.add(RawClient.open(gateway.port(), "/plain"));
            }
            List<Future<String>> raw = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                for (String target : RAW.keySet()) {
                    raw.add(threads.submit(() -> target + " " + talk(target, bye())));
                }
            }
            for (int round = 1; round <= rounds; round++) {
                for (int i = 0; i < sessions; i++) {
                    ordinary.get(i).send(Frames.text(i + " in round " + round));
                }
                for (int i = 0; i < sessions; i++) {
                    assertThat(ordinary.get(i).frames(round).getLast()).hasToString("81:" + i + " in round " + round);
                }
            }
            for (RawClient client : ordinary) {
                client.send(bye());
                assertThat(client.framesToTheEnd()).hasSize(rounds + 1);
            }
            for (Future<String> answer : raw) {
                String[] told = answer.get(60, TimeUnit.SECONDS).split(" ", 2);
                assertThat(told[1]).as(told[0]).isEqualTo(RAW.get(told[0]));
            }
        } finally {
            for (RawClient client : ordinary) {
                client.close();
            }
        }
    }
}
