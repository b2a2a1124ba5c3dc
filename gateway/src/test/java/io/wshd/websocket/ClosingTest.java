package io.wshd.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClosingTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final CloseStatus BYE = new CloseStatus(CloseStatus.NORMAL, "");

    @Test
    void aHandlerThatOnlySendsIsNotWaitedFor() {
        var closing = new Closing(TIMEOUT, false);
        closing.sending();
        closing.peerClosed(BYE);
        assertThat(closing.isAnswerDue(after(0), true)).isTrue();
    }

    @Test
    void aHandlerThatSendsWithoutReceivingIsGivenASecond() {
        var closing = new Closing(TIMEOUT, false);
        closing.receiving();
        closing.sending();
        closing.peerClosed(BYE);
        assertThat(closing.isAnswerDue(after(0), true)).isFalse();
        assertThat(closing.isAnswerDue(after(2), true)).isTrue();
    }

    @Test
    void withPatienceBothAreGivenTheWholeTimeout() {
        for (boolean received : new boolean[] {false, true}) {
            var closing = new Closing(TIMEOUT, true);
            if (received) {
                closing.receiving();
            }
            closing.sending();
            closing.peerClosed(BYE);
            assertThat(closing.isAnswerDue(after(9), true)).isFalse();
            assertThat(closing.isAnswerDue(after(11), true)).isTrue();
        }
    }

    private static long after(int seconds) {
        return System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    }
}
