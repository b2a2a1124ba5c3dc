package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.config.InterpreterConfig.Priority;
import org.junit.jupiter.api.Test;

class CarriersTest {

    @Test
    void othersGoBeforeThemOnceWhatTheyLoadIsLoaded() throws Exception {
        try (var carriers = new Carriers("priority-test", 2, 1, Priority.LOW, 0, () -> {})) {
            eventually(() -> assertThat(priorities()).containsExactly(Thread.NORM_PRIORITY, Thread.NORM_PRIORITY));
            carriers.lowerPriority();
            assertThat(priorities()).containsExactly(Thread.NORM_PRIORITY - 1, Thread.NORM_PRIORITY - 1);
        }
    }

    private static int[] priorities() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("carrier-priority-test-"))
                .mapToInt(Thread::getPriority)
                .toArray();
    }
}
