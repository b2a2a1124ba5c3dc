package io.wshd.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllowanceTest {

    private static final long PERIOD = 100_000_000;

    private final Machine machine = new Machine();
    private final Allowance allowance = new Allowance(0.1, machine);

    /** One whose I/O threads take as much as a script does. */
    private static final class Machine implements Allowance.Readings {

        long now;
        long served;
        double load = 1;
        double serving = 1;

        void pass(long time) {
            now += time;
            served += Math.round(time * serving);
        }

        @Override
        public long now() {
            return now;
        }

        @Override
        public double load() {
            return load;
        }

        @Override
        public long served() {
            return served;
        }
    }

    private double after(int periods) {
        double share = allowance.share();
        for (int i = 0; i < periods; i++) {
            machine.pass(PERIOD);
            share = allowance.share();
        }
        return share;
    }

    @Test
    void shrinksToTheLeastWhileTheIoThreadsNeedAFullMachine() {
        assertThat(after(1)).isEqualTo(0.5);
        assertThat(after(1)).isEqualTo(0.25);
        assertThat(after(10)).isEqualTo(0.1);
    }

    @Test
    void isWholeWhileTheMachineHasMoreToGive() {
        machine.load = 0.7;
        assertThat(after(10)).isEqualTo(1);
    }

    @Test
    void isWholeWhileOthersThanTheIoThreadsFillTheMachine() {
        machine.serving = 0.05;
        assertThat(after(10)).isEqualTo(1);
    }

    @Test
    void staysWhileTheMachineIsNearlyFull() {
        after(2);
        machine.load = 0.8;
        assertThat(after(10)).isEqualTo(0.25);
    }

    @Test
    void growsAgainOnceTheMachineHasMoreToGive() {
        after(10);
        machine.load = 0.5;
        assertThat(after(1)).isEqualTo(0.2);
        assertThat(after(10)).isEqualTo(1);
    }

    @Test
    void growsAgainOnceOthersThanTheIoThreadsFillTheMachine() {
        after(10);
        machine.serving = 0.05;
        assertThat(after(1)).isEqualTo(0.2);
        assertThat(after(10)).isEqualTo(1);
    }

    @Test
    void changesOnceInAPeriod() {
        after(1);
        machine.pass(PERIOD / 2);
        assertThat(allowance.share()).isEqualTo(0.5);
    }

    @Test
    void staysWhileWhatComputesPauses() {
        after(10);
        machine.pass(12 * PERIOD);
        assertThat(allowance.share()).isEqualTo(0.1);
    }

    @Test
    void growsAndShrinksByThePeriodsThatHavePassed() {
        machine.pass(3 * PERIOD);
        assertThat(allowance.share()).isEqualTo(0.125);
        machine.load = 0.5;
        machine.pass(2 * PERIOD);
        assertThat(allowance.share()).isEqualTo(0.5);
    }

    @Test
    void isWholeAgainForAHandlerThatComputesLater() {
        after(10);
        machine.pass(60 * PERIOD);
        assertThat(allowance.share()).isEqualTo(1);
    }

    @Test
    void isWholeWhereTheLoadIsUnknown() {
        machine.load = -1;
        assertThat(after(10)).isEqualTo(1);
    }

    @Test
    void isWholeWhereTheLeastIs() {
        var whole = new Allowance(1, machine);
        for (int i = 0; i < 10; i++) {
            machine.pass(PERIOD);
            assertThat(whole.share()).isEqualTo(1);
        }
    }
}
