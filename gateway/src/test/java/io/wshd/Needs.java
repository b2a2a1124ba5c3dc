package io.wshd;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Names what a test needs besides Java: programs on the {@code PATH}, and {@code npm:NAME} for a package of
 * {@code src/test/node}. When one is missing, the test fails if the environment has {@code CI=true}, and is skipped with
 * a message elsewhere.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Needs.Check.class)
public @interface Needs {

    String[] value();

    /** Where the Node packages of the tests are installed. */
    Path NODE = Path.of("src/test/node").toAbsolutePath();

    /** Skips where that is allowed; an extension of JUnit, made by it. */
    final class Check implements ExecutionCondition, BeforeEachCallback {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            var missing = missing(context);
            if (missing.isEmpty() || inCi()) {
                return enabled("nothing is missing");
            }
            return disabled(complaint(missing));
        }

        @Override
        public void beforeEach(ExtensionContext context) {
            // The condition above cannot fail a test, only skip it.
            var missing = missing(context);
            if (!missing.isEmpty()) {
                throw new AssertionError(complaint(missing));
            }
        }

        static boolean present(String need) {
            if (need.startsWith("npm:")) {
                return Files.isRegularFile(NODE.resolve("node_modules/" + need.substring(4) + "/package.json"));
            }
            return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(directory -> Files.isExecutable(Path.of(directory, need)));
        }

        private static List<String> missing(ExtensionContext context) {
            return Stream.of(context.getTestMethod(), context.getTestClass())
                    .flatMap(element -> AnnotationSupport.findAnnotation(element, Needs.class).stream())
                    .flatMap(needs -> Arrays.stream(needs.value()))
                    .distinct()
                    .filter(need -> !present(need))
                    .toList();
        }

        private static boolean inCi() {
            return "true".equals(System.getenv("CI"));
        }

        private static String complaint(List<String> missing) {
            return "missing: " + String.join(", ", missing) + "; bin/check installs what the tests need";
        }
    }
}
