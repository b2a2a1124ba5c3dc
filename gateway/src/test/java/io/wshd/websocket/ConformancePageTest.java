package io.wshd.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.NamedTests;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/conformance.md against the tests that it names. */
class ConformancePageTest {

    @Test
    void everyRuleNamesTestsAndEachOfThemExists() throws Exception {
        var rows = Files.readAllLines(Path.of("../docs/conformance.md")).stream()
                .filter(line -> line.matches("\\| [0-9].*"))
                .toList();

        assertThat(rows).hasSizeGreaterThan(50).allSatisfy(row -> {
            assertThat(row.split("\\|")).as(row).hasSize(4);
            assertThat(NamedTests.in(row)).as(row).isNotEmpty().allMatch(NamedTests::exists, row);
        });
    }
}
