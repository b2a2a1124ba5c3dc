package io.wshd.script;

import io.wshd.config.InterpreterConfig;
import io.wshd.config.InterpreterConfig.Permissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Interpreters as a configuration would name them, for tests of one class. */
public final class InterpreterConfigs {

    private static final InterpreterConfig.Limits LIMITS = new InterpreterConfig.Limits(
            Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(30), 1000, 100);

    private InterpreterConfigs() {}

    public static InterpreterConfig with(Permissions permissions) {
        return new InterpreterConfig(
                "test",
                Optional.empty(),
                1,
                1,
                4,
                InterpreterConfig.Priority.LOW,
                permissions,
                LIMITS,
                List.of(),
                Optional.empty(),
                Map.of(),
                List.of());
    }
}
