package io.wshd.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.config.WebSocketConfig;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a client's offers. */
class PerMessageDeflateTest {

    private static final String NONE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static Optional<PerMessageDeflate> negotiate(boolean takeover, String... lines) {
        var settings = new WebSocketConfig.Compression(true, takeover, 0, 1);
        return PerMessageDeflate.negotiate(HeaderReader.extensions(List.of(lines)), settings);
    }

    private static String answer(boolean takeover, String offer) {
        return negotiate(takeover, offer).orElseThrow().answer();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate; server_no_context_takeover",
                "permessage-deflate; client_no_context_takeover",
                "permessage-deflate; client_max_window_bits; client_no_context_takeover; server_no_context_takeover"
            })
    void withoutTakeoverBothSidesAreToldToStartEachMessageAnew(String offer) {
        assertThat(answer(false, offer)).isEqualTo(NONE);
        assertThat(negotiate(false, offer)).get().satisfies(agreed -> {
            assertThat(agreed.serverTakeover()).isFalse();
            assertThat(agreed.clientTakeover()).isFalse();
            assertThat(agreed.serverBits()).isEqualTo(15);
        });
    }

    @Test
    void withTakeoverEachSideStartsAnewOnlyIfTheClientAsksForIt() {
        assertThat(answer(true, "permessage-deflate")).isEqualTo("permessage-deflate");
        assertThat(answer(true, "permessage-deflate; server_no_context_takeover"))
                .isEqualTo("permessage-deflate; server_no_context_takeover");
        assertThat(answer(true, "permessage-deflate; client_no_context_takeover"))
                .isEqualTo("permessage-deflate; client_no_context_takeover");
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14, 15})
    void windowsOfBothSidesAreHonouredAndRepeatedInTheAnswer(int bits) {
        String server = "; server_max_window_bits=" + bits;
        assertThat(negotiate(true, "permessage-deflate" + server)).get().satisfies(agreed -> {
            assertThat(agreed.serverBits()).isEqualTo(bits);
            assertThat(agreed.answer()).isEqualTo("permessage-deflate" + server);
        });
        String client = "; client_max_window_bits=" + bits;
        assertThat(answer(true, "permessage-deflate" + client)).isEqualTo("permessage-deflate" + client);
        assertThat(answer(false, "permessage-deflate" + client + server)).isEqualTo(NONE + server + client);
    }

    @Test
    void theClientsWindowIsNotLimitedUnlessItOffersThat() {
        assertThat(answer(true, "permessage-deflate")).doesNotContain("client_max_window_bits");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "server_no_context_takeover=1",
                "client_no_context_takeover=true",
                "server_max_window_bits",
                "server_max_window_bits=7",
                "server_max_window_bits=16",
                "server_max_window_bits=08",
                "server_max_window_bits=x",
                "server_max_window_bits=-9",
                "client_max_window_bits=7",
                "client_max_window_bits=016",
                "client_max_window_bits=1e1",
                "Server_no_context_takeover",
                "unknown",
                "server_no_context_takeover; server_no_context_takeover",
                "client_no_context_takeover; client_no_context_takeover",
                "server_max_window_bits=10; server_max_window_bits=10",
                "client_max_window_bits; client_max_window_bits=10"
            })
    void anOfferWithAnInvalidUnknownOrRepeatedParameterIsDeclined(String parameters) {
        assertThat(negotiate(false, "permessage-deflate; " + parameters)).isEmpty();
        assertThat(negotiate(true, "permessage-deflate; " + parameters)).isEmpty();
    }

    @Test
    void theFirstOfferThatCanBeHonouredIsTaken() {
        assertThat(negotiate(
                        true,
                        "x-webkit-deflate-frame, permessage-deflate; future=1,",
                        "permessage-deflate; server_max_window_bits=\"10\", permessage-deflate"))
                .map(PerMessageDeflate::answer)
                .contains("permessage-deflate; server_max_window_bits=10");
    }

    @Test
    void otherExtensionsAndNoOfferAtAllGetNoAnswer() {
        assertThat(negotiate(true)).isEmpty();
        assertThat(negotiate(true, "permessage-bzip2, deflate-stream")).isEmpty();
    }

    @Test
    void nothingIsAcceptedWhileCompressionIsOff() {
        var off = new WebSocketConfig.Compression(false, false, 0, 1);
        assertThat(PerMessageDeflate.negotiate(List.of(new Extension("permessage-deflate", List.of())), off))
                .isEmpty();
    }
}
