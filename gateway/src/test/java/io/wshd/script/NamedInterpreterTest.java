package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.TestGateway;
import io.wshd.config.ConfigReader;
import io.wshd.config.InterpreterConfig.Permissions;
import io.wshd.config.InterpreterConfig.Priority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

    private interface Body {
        void run(NamedInterpreter interpreter) throws Exception;
    }

    @Test
    void aSuccessorForWhichThereIsNoMemoryComesLater() throws Exception {
        var made = new AtomicInteger();
        var closed = new AtomicInteger();
        Supplier<Interpreter> factory = () -> {
            int number = made.incrementAndGet();
            if (number == 2) {
                throw new NoMemory();
            }
            var carriers = new Carriers("successor-test", 1, 1, Priority.LOW, 0, () -> {});
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
        with(factory, interpreter -> {
            interpreter.start();
            replaceTheFirst(
                    interpreter,
                    () -> assertThat(interpreter.instances().getFirst().isBroken())
                            .isFalse());
            assertThat(made).hasValue(4);
            assertThat(closed).hasValue(2);
            assertThat(interpreter.status().replaced()).isEqualTo(1);
        });
    }

    @Test
    void aSuccessorThatFindsNoMemoryForAScriptIsSucceededItself(@TempDir Path directory) throws Exception {
        var made = new AtomicInteger();
        List<Integer> loading = new CopyOnWriteArrayList<>();
        Supplier<Interpreter> factory = () -> {
            int number = made.incrementAndGet();
            var carriers = new Carriers("successor-test", 1, 1, Priority.LOW, 0, () -> {});
            return Fakes.of(Interpreter.class, name -> switch (name) {
                case "carriers" -> carriers;
                case "isUsable" -> true;
                case "load" -> {
                    loading.add(number);
                    if (number == 2) {
                        throw new ScriptException("no memory", new OutOfMemoryError());
                    }
                    yield Fakes.of(Handler.class, _ -> null);
                }
                default -> null;
            });
        };
        Path file = Files.writeString(directory.resolve("big_wsh.py"), "");
        with(factory, interpreter -> {
            var services = new ScriptServices("big_wsh.py", "test", null, List.of(), Map.of());
            var script = new Script(file, Language.PYTHON, interpreter, services);
            interpreter.add(script);
            interpreter.loadFirst(script);
            eventually(() -> assertThat(script.status().serving()).isPresent());
            replaceTheFirst(interpreter, () -> assertThat(loading).containsExactly(1, 2, 3));
        });
    }

    private static void with(Supplier<Interpreter> factory, Body body) throws Exception {
        var conf = TestGateway.repository().resolve("conf/gateway.conf");
        var settings = ConfigReader.read(conf, List.of(), OptionalInt.of(0)).scripts();
        try (var timer = Executors.newSingleThreadScheduledExecutor();
                var interpreter = new NamedInterpreter(
                        InterpreterConfigs.with(Permissions.STANDARD),
                        Language.PYTHON,
                        factory,
                        settings,
                        timer,
                        (_, _) -> {})) {
            body.run(interpreter);
        }
    }

    /** Until what is expected has come of it. */
    private static void replaceTheFirst(NamedInterpreter interpreter, Runnable expected) throws Exception {
        interpreter.replace(interpreter.instances().getFirst(), "it has used up all memory");
        eventually(Duration.ofSeconds(60), () -> {
            // As the watchdog does.
            interpreter.instances().forEach(interpreter::seeToSuccessor);
            expected.run();
        });
    }
}
