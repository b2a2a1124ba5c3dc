package io.wshd.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.config.InterpreterConfig.Priority;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InstanceTest {

    /** Handlers may keep an interpreter's lock while its own first connections are to be made. */
    @Test
    void anInterpreterThatHasNoTimeForRehearsalsServesClientsAllTheSame() throws Exception {
        var free = new CompletableFuture<Void>();
        var closed = new CompletableFuture<Void>();
        var rehearsed = new AtomicInteger();
        try (var carriers = new Carriers("instance-test", 1, 1, Priority.LOW, 0, () -> {})) {
            var source = ScriptSource.of("<wshd>/test.py", Language.PYTHON, "");
            Handler handler = Fakes.of(Handler.class, (name) -> name.equals("close") && closed.complete(null));
            Interpreter interpreter = Fakes.of(Interpreter.class, name -> switch (name) {
                case "carriers" -> carriers;
                case "rehearsals" -> List.of(source, source);
                case "isUsable" -> true;
                case "load" -> {
                    free.join();
                    yield handler;
                }
                default -> throw new AssertionError(name);
            });
            var instance = new Instance("test", interpreter);
            instance.rehearse((_, _) -> rehearsed.incrementAndGet());
            assertThat(instance.isBroken()).isFalse();
            assertThat(rehearsed).hasValue(0);
            free.complete(null);
            closed.get(30, TimeUnit.SECONDS);
        } finally {
            free.complete(null);
        }
    }
}
