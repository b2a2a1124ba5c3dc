package io.wshd.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** docs/conformance.md against the tests that it names. */
class ConformancePageTest {

    private static final Path TESTS = Path.of("src/test/java");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+Test)\\.(\\w+)`");

    @Test
    void everyRuleNamesTestsAndEachOfThemExists() throws Exception {
        Map<String, Class<?>> classes = classes();
        var rows = Files.readAllLines(Path.of("../docs/conformance.md")).stream()
                .filter(line -> line.matches("\\| [0-9].*"))
                .toList();

        assertThat(rows).hasSizeGreaterThan(50).allSatisfy(row -> {
            assertThat(row.split("\\|")).as(row).hasSize(4);
            assertThat(NAMED.matcher(row).results().toList()).as(row).isNotEmpty();
            assertThat(NAMED.matcher(row).results()).allMatch(named -> isTest(classes, named), row);
        });
    }

    private static boolean isTest(Map<String, Class<?>> classes, MatchResult named) {
        Class<?> type = classes.get(named.group(1));
        return type != null
                && Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.getName().equals(named.group(2)))
                        .anyMatch(method -> AnnotationSupport.isAnnotated(method, Testable.class));
    }

    private static Map<String, Class<?>> classes() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith("Test.java"))
                    .map(file -> load(TESTS.relativize(Path.of(file)).toString()))
                    .collect(Collectors.toMap(Class::getSimpleName, type -> type));
        }
    }

    private static Class<?> load(String file) {
        try {
            String name = file.substring(0, file.length() - ".java".length()).replace('/', '.');
            return Class.forName(name, false, ConformancePageTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
