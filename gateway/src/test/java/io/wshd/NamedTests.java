package io.wshd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Tests that a page names: {@code `EchoTest.anEchoComesBack`}. */
public final class NamedTests {

    private static final Path TESTS = Path.of("src/test/java");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+Test)\\.(\\w+)`");
    private static final Map<String, Class<?>> CLASSES = classes();

    private NamedTests() {}

    /** What a text has of them. */
    public static List<MatchResult> in(String text) {
        return NAMED.matcher(text).results().toList();
    }

    /** Whether there is such a test. */
    public static boolean exists(MatchResult named) {
        Class<?> type = CLASSES.get(named.group(1));
        return type != null
                && Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.getName().equals(named.group(2)))
                        .anyMatch(method -> AnnotationSupport.isAnnotated(method, Testable.class));
    }

    private static Map<String, Class<?>> classes() {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith("Test.java"))
                    .map(file -> load(TESTS.relativize(Path.of(file)).toString()))
                    .collect(Collectors.toMap(Class::getSimpleName, type -> type));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Class<?> load(String file) {
        try {
            String name = file.substring(0, file.length() - ".java".length()).replace('/', '.');
            return Class.forName(name, false, NamedTests.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
