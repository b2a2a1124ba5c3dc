package io.wshd.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What clients write before anybody knows them, made up by Jazzer, which looks for inputs that reach new code. A few
 * seconds each; {@code bin/fuzz} takes longer. A finding goes to {@code src/test/resources/fuzz} and is a test from then
 * on.
 */
class FuzzTest {

    private static final Path CORPUS = Path.of("src/test/resources/fuzz");
    private static final Path TARGET = Path.of("target/fuzz");
    private static final Path JAZZER = Path.of("target/jazzer");

    private static final int SECONDS = Integer.getInteger("wshd.fuzz.seconds", 5);

    enum Target {
        DECODER(DecoderFuzz.class),
        HANDSHAKE(HandshakeFuzz.class),
        EXTENSIONS(ExtensionsFuzz.class);

        final Class<?> type;

        Target(Class<?> type) {
            this.type = type;
        }

        /** Of the directories with its inputs. */
        String title() {
            return name().toLowerCase(Locale.ROOT);
        }

        void run(byte[] input) {
            switch (this) {
                case DECODER -> DecoderFuzz.fuzzerTestOneInput(input);
                case HANDSHAKE -> HandshakeFuzz.fuzzerTestOneInput(input);
                case EXTENSIONS -> ExtensionsFuzz.fuzzerTestOneInput(input);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyKnownInputIsHandled(Target target) throws IOException {
        try (Stream<Path> inputs = Files.list(CORPUS.resolve(target.title()))) {
            List<Path> files = inputs.toList();
            assertThat(files).isNotEmpty();
            for (Path file : files) {
                byte[] input = Files.readAllBytes(file);
                assertThat(file).satisfies(any -> target.run(input));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noInputThatJazzerFindsIsHandledWrongly(Target target) throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(JAZZER), "Jazzer is copied to target/jazzer by Maven");
        Path found = Files.createDirectories(TARGET.resolve(target.title()));
        Path log = TARGET.resolve(target.title() + ".log");
        Process jazzer = new ProcessBuilder(command(target, found))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = jazzer.waitFor(SECONDS + 120L, TimeUnit.SECONDS);
        jazzer.destroyForcibly();
        String printed = Files.readString(log);
        assertThat(ended).as("ended in time:%n%s", printed).isTrue();
        assertThat(jazzer.exitValue())
                .as("%s%nCopy the input that it names to gateway/%s/%s/", printed, CORPUS, target.title())
                .isZero();
        assertThat(printed).contains("Done ");
    }

    /** New inputs that reach new code are kept in {@code found}; the next run begins with them. */
    private static List<String> command(Target target, Path found) {
        String classPath = JAZZER + "/*" + System.getProperty("path.separator")
                + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx512m",
                "-cp",
                classPath,
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type.getName(),
                "--instrumentation_includes=io.wshd.**",
                "--reproducer_path=" + TARGET,
                "-artifact_prefix=" + TARGET + "/" + target.title() + "-",
                "-max_len=600",
                // It would look at the peak of the process, which a child inherits from its parent; -Xmx is the bound.
                "-rss_limit_mb=0",
                "-max_total_time=" + SECONDS,
                found.toString(),
                CORPUS.resolve(target.title()).toString());
    }
}
