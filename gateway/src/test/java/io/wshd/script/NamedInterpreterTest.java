package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.TestGateway;
import io.wshd.config.ConfigReader;
import io.wshd.config.InterpreterConfig.Permissions;
import io.wshd.config.InterpreterConfig.Priority;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class NamedInterpreterTest {

    /** For which there is no memory left to be told either. */
    private static final class NoMemory extends OutOfMemoryError {

        @Override
        public String getMessage() {
            throw this;
        }

        @Override
        public String toString() {
            throw this;
        }
    }

    @Test
    void aSuccessorForWhichThereIsNoMemoryComesLater() throws Exception {
        var made = new AtomicInteger();
        var closed = new AtomicInteger();
        var conf = TestGateway.repository().resolve("conf/gateway.conf");
        var settings = ConfigReader.read(conf, List.of(), OptionalInt.of(0)).scripts();
        try (var timer = Executors.newSingleThreadScheduledExecutor();
                var carriers = new Carriers("successor-test", 1, 1, Priority.LOW, 0, () -> {})) {
            Supplier<Interpreter> factory = () -> {
                int number = made.incrementAndGet();
                if (number == 2) {
                    throw new NoMemory();
                }
                return Fakes.of(Interpreter.class, name -> switch (name) {
                    case "carriers" -> carriers;
                    case "isUsable" -> true;
                    case "close" -> closed.incrementAndGet();
                    case "start" -> {
                        if (number == 3) {
                            throw new NoMemory();
                        }
                        yield null;
                    }
                    default -> throw new AssertionError(name);
                });
            };
            try (var interpreter = new NamedInterpreter(
                    InterpreterConfigs.with(Permissions.STANDARD),
                    Language.PYTHON,
                    factory,
                    settings,
                    timer,
                    (_, _) -> {})) {
                interpreter.start();
                Instance first = interpreter.instances().getFirst();
                interpreter.replace(first, "it has used up all memory");
                eventually(Duration.ofSeconds(60), () -> {
                    // As the watchdog does.
                    interpreter.instances().forEach(interpreter::seeToSuccessor);
                    assertThat(interpreter.instances().getFirst().isBroken()).isFalse();
                });
                assertThat(made).hasValue(4);
                assertThat(closed).hasValue(2);
                assertThat(interpreter.status().replaced()).isEqualTo(1);
            }
        }
    }
}
