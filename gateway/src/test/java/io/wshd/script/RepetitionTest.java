package io.wshd.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RepetitionTest {

    private final Repetition repetition = new Repetition();

    @Test
    void nobodyWaitsUnlessItIsToBeSlow() {
        assertThat(repetition.turn()).isZero();
        repetition.slow(Duration.ofMillis(50));
        assertThat(repetition.turn()).isPositive();
        repetition.slow(Duration.ZERO);
        assertThat(repetition.turn()).isZero();
    }

    @Test
    void thoseWhoComeTogetherHaveTheirTurnsOneAfterTheOtherButNoneWaitsForMoreThanASecond() {
        repetition.slow(Duration.ofMillis(400));
        long first = repetition.turn();
        long second = repetition.turn();
        long third = repetition.turn();
        assertThat(first).isEqualTo(400_000_000);
        assertThat(second).isBetween(first + 1, 800_000_000L);
        assertThat(third).isEqualTo(1_000_000_000);
        assertThat(repetition.paused().toNanos()).isEqualTo(first + second + third);
    }

    @Test
    void whatItHasTakenAddsUp() {
        repetition.happened(30);
        repetition.happened(7);
        repetition.took(5);
        assertThat(repetition.sum()).isEqualTo(new Repetition.Sum(2, 42));
    }
}
