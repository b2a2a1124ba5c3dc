package io.wshd.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {

    /** A valid request to break in one place. */
    private static final class Request implements HandshakeRequest {

        String method = "GET";
        String version = "HTTP/1.1";
        final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

        Request() {
            with("Host", "example.org");
            with("Upgrade", "websocket");
            with("Connection", "Upgrade");
            with("Sec-WebSocket-Version", "13");
            with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        }

        Request with(String name, String... values) {
            headers.put(name, new ArrayList<>(List.of(values)));
            return this;
        }

        @Override
        public String method() {
            return method;
        }

        @Override
        public String httpVersion() {
            return version;
        }

        @Override
        public List<String> header(String name) {
            return headers.getOrDefault(name, List.of());
        }
    }

    private static Handshake.Accepted accepted(Request request) {
        assertThat(Handshake.check(request)).isInstanceOf(Handshake.Accepted.class);
        return (Handshake.Accepted) Handshake.check(request);
    }

    private static Handshake.Refused refused(Request request, int status) {
        assertThat(Handshake.check(request)).isInstanceOf(Handshake.Refused.class);
        var refused = (Handshake.Refused) Handshake.check(request);
        assertThat(refused.status()).isEqualTo(status);
        return refused;
    }

    @Test
    void theExampleOfTheRfcIsAccepted() {
        assertThat(accepted(new Request()).headers(Optional.empty(), Optional.empty()))
                .containsExactly(
                        Map.entry("Upgrade", "websocket"),
                        Map.entry("Connection", "Upgrade"),
                        Map.entry("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    }

    @Test
    void upgradeAndConnectionAreTokenListsOfAnyCaseOverSeveralLines() {
        accepted(new Request().with("Upgrade", "h2c", "foo, WebSocket").with("Connection", "keep-alive", "x, uPGRADE"));
        refused(new Request().with("Connection", "keep-alive"), 400);
        refused(new Request().with("Connection", "notupgrade"), 400);
    }

    @Test
    void onlyGetOverHttp11OpensAWebSocket() {
        var post = new Request();
        post.method = "POST";
        assertThat(refused(post, 405).headers()).containsEntry("Allow", "GET");
        var old = new Request();
        old.version = "HTTP/1.0";
        assertThat(refused(old, 426).headers()).containsEntry("Upgrade", "websocket");
        var h2 = new Request();
        h2.version = "HTTP/2.0";
        refused(h2, 400);
    }

    @Test
    void otherHeadersDoNotMatter() {
        accepted(new Request().with("Cookie", "a=b").with("X-Unknown", "é\"").with("Origin", "https://example.org"));
    }

    @Test
    void aPlainGetIsAskedToUpgrade() {
        assertThat(refused(new Request().with("Upgrade"), 426).headers())
                .containsEntry("Upgrade", "websocket")
                .containsEntry("Connection", "Upgrade");
        assertThat(Handshake.isUpgrade(new Request().with("Upgrade"))).isFalse();
        assertThat(Handshake.isUpgrade(new Request().with("Upgrade", "WEBSOCKET")))
                .isTrue();
    }

    @Test
    void anotherVersionIsToldTheRightOne() {
        for (Request request : List.of(
                new Request().with("Sec-WebSocket-Version", "8"),
                new Request().with("Sec-WebSocket-Version"),
                new Request().with("Sec-WebSocket-Version", "13", "13"))) {
            assertThat(refused(request, 426).headers()).containsEntry("Sec-WebSocket-Version", "13");
        }
    }

    @Test
    void exactlyOneHostIsRequired() {
        refused(new Request().with("Host"), 400);
        refused(new Request().with("Host", "a", "b"), 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dGhl",
                "dGhlIHNhbXBsZSBub25jZQ",
                "dGhlIHNhbXBsZSBub25jZSE=",
                "dGhlIHNhbXBsZSBub25j!Q==",
                "dGhlIHNhbXBsZSBub25jZR=="
            })
    void aKeyThatIsNot16BytesInBase64IsRefused(String key) {
        refused(new Request().with("Sec-WebSocket-Key", key), 400);
    }

    @Test
    void theKeyMustComeOnce() {
        refused(new Request().with("Sec-WebSocket-Key"), 400);
        String key = "dGhlIHNhbXBsZSBub25jZQ==";
        refused(new Request().with("Sec-WebSocket-Key", key, key), 400);
    }

    @Test
    void aHandshakeWithABodyIsRefused() {
        refused(new Request().with("Content-Length", "5"), 400);
        refused(new Request().with("Transfer-Encoding", "chunked"), 400);
        accepted(new Request().with("Content-Length", "0"));
    }

    @Test
    void subprotocolsKeepTheirOrderAndOnlyAnOfferedOneCanBeChosen() {
        var accepted = accepted(new Request().with("Sec-WebSocket-Protocol", "chat, superchat", "v1.x"));
        assertThat(accepted.protocols()).containsExactly("chat", "superchat", "v1.x");
        assertThat(accepted.headers(Optional.of("v1.x"), Optional.empty()))
                .containsEntry("Sec-WebSocket-Protocol", "v1.x");
        assertThatThrownBy(() -> accepted.headers(Optional.of("other"), Optional.empty()))
                .hasMessageContaining("\"other\"");
    }

    @Test
    void anAnswerNamesNoSubprotocolThatWasNotChosen() {
        var accepted = accepted(new Request().with("Sec-WebSocket-Protocol", "chat"));
        assertThat(accepted.headers(Optional.empty(), Optional.empty())).doesNotContainKey("Sec-WebSocket-Protocol");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " , ", "a b", "a/b", "a, a", "a;b", "\"a\"", "é"})
    void aMalformedListOfSubprotocolsIsRefused(String value) {
        refused(new Request().with("Sec-WebSocket-Protocol", value), 400);
    }

    @Test
    void extensionsMayHaveQuotedParametersAndSeveralLines() {
        var offered = accepted(new Request()
                .with(
                        "Sec-WebSocket-Extensions",
                        "permessage-deflate; client_max_window_bits; server_max_window_bits=\"1\\0\" ,x",
                        "y ; z = 1"));
        assertThat(offered.extensions())
                .containsExactly(
                        new Extension(
                                "permessage-deflate",
                                List.of(
                                        new Extension.Parameter("client_max_window_bits", Optional.empty()),
                                        new Extension.Parameter("server_max_window_bits", Optional.of("10")))),
                        new Extension("x", List.of()),
                        new Extension("y", List.of(new Extension.Parameter("z", Optional.of("1")))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a;", "a;b=", "a;b=\"\"", "a;b=\"c", "a;b=\"c d\"", "a b", "a=b", ";a", "a;b=\"c\\", "a;b=\"c\"d"
            })
    void malformedExtensionsAreRefused(String value) {
        refused(new Request().with("Sec-WebSocket-Extensions", value), 400);
    }
}
