package io.wshd.script.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.config.InterpreterConfig.Priority;
import io.wshd.script.ScriptEngine;
import io.wshd.script.StartedThreads;
import java.util.concurrent.CountDownLatch;
import org.graalvm.polyglot.Context;
import org.junit.jupiter.api.Test;

class ThreadTableTest {

    @Test
    void threadsThatHaveEndedAreForgottenWhenANewOneEntersAndTheOthersStay() throws Exception {
        try (Context context = ScriptEngine.context("js").build()) {
            ThreadTable table = ThreadTable.of(context, new StartedThreads(Priority.LOW, 0));
            context.eval("js", "1");
            assertThat(table).containsOnlyKeys(Thread.currentThread());

            var over = new CountDownLatch(1);
            Thread stays = enter(context, () -> {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            while (table.size() < 2) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 3; i++) {
                Thread ends = enter(context, table::ends);
                ends.join();
                assertThat(table).containsKey(ends);
            }
            Thread last = enter(context, table::ends);
            last.join();
            assertThat(table).containsOnlyKeys(Thread.currentThread(), stays, last);
            over.countDown();
            stays.join();
        }
    }

    /** A thread that enters the context, leaves it, and does something else. */
    private static Thread enter(Context context, Runnable then) {
        return Thread.ofVirtual().start(() -> {
            context.enter();
            context.leave();
            then.run();
        });
    }
}
