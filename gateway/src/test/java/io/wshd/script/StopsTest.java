package io.wshd.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StopsTest {

    private static final long PERIOD = 100_000_000;

    private final Machine machine = new Machine();
    private final Stops stops = new Stops(0.05, 0, machine);
    private long own;

    private static final class Machine implements Stops.Readings {

        long now;
        long stopped;
        long allocated;

        @Override
        public long now() {
            return now;
        }

        @Override
        public long stopped() {
            return stopped;
        }

        @Override
        public long allocated() {
            return allocated;
        }
    }

    /** What is too much, in milliseconds, after periods in each of which so much happens. */
    private long after(int periods, long stoppedMillis, long bytes, long ownBytes) {
        for (int i = 0; i < periods; i++) {
            machine.now += PERIOD;
            machine.stopped += Duration.ofMillis(stoppedMillis).toNanos();
            machine.allocated += bytes;
            own += ownBytes;
            stops.excess(() -> own);
        }
        return stops.excess(() -> own).toMillis();
    }

    @Test
    void whatIsWithinTheShareIsNotTooMuch() {
        assertThat(after(100, 5, 1000, 1000)).isZero();
    }

    @Test
    void whatIsBeyondItAddsUp() {
        assertThat(after(10, 15, 1000, 1000)).isEqualTo(100);
    }

    @Test
    void stopsThatOthersHaveCausedAreNotItsFault() {
        assertThat(after(10, 50, 1000, 100)).isZero();
        assertThat(after(10, 50, 1000, 500)).isEqualTo(200);
    }

    @Test
    void timeWithoutStopsMakesUpForThem() {
        after(10, 15, 1000, 1000);
        assertThat(after(10, 0, 1000, 1000)).isEqualTo(50);
        assertThat(after(100, 0, 0, 0)).isZero();
        assertThat(after(1, 25, 1000, 1000)).isEqualTo(20);
    }

    @Test
    void whatAllThreadsAllocatedIsCountedLaterThanItsOwn() {
        assertThat(after(1, 25, 1000, 2000)).isEqualTo(20);
        assertThat(after(1, 5, 0, 0)).isEqualTo(15);
    }

    @Test
    void aLookBeforeAPeriodIsOverChangesNothing() {
        after(1, 25, 1000, 1000);
        machine.now += PERIOD / 2;
        machine.stopped += PERIOD;
        assertThat(stops.excess(() -> own + 1000).toMillis()).isEqualTo(20);
    }

    @Test
    void thisMachineTellsOfCollections() {
        var here = Stops.ofThisMachine();
        long stopped = here.stopped();
        long allocated = here.allocated();
        long now = here.now();
        System.gc();
        assertThat(here.stopped()).isBetween(stopped + 1_000_000, stopped + (here.now() - now));
        assertThat(new byte[1 << 20]).isNotEmpty();
        assertThat(here.allocated()).isGreaterThanOrEqualTo(allocated + (1 << 20));
    }
}
