package io.wshd.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The exact texts of complaints: {@code NAME.conf} beside this class is read as {@code conf/NAME.conf} of a site with
 * a {@code www} and a {@code handlers} directory, and must give {@code NAME.expected}, in which {@code SITE} is that
 * directory. {@code -Dwshd.golden=write} writes the expected files anew, to be read before they are committed.
 */
class ConfigComplaintsTest {

    @TempDir
    private Path site;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keys",
                "values",
                "listeners",
                "hosts",
                "routes",
                "interpreters",
                "files",
                "urls",
                "substitutions",
                "cycle",
                "empty",
                "syntax-colon",
                "syntax-open",
                "syntax-brace",
                "syntax-star",
                "syntax-value",
                "syntax-quote",
                "syntax-escape",
                "syntax-include",
                "include-missing",
                "includes"
            })
    void everyMistakeIsToldWithItsPlaceAndWhatWasExpected(String name) throws Exception {
        layOutSite();
        var file = Path.of("conf", name + ".conf");
        Files.copy(resource(name + ".conf"), site.resolve(file));

        var complaint = catchThrowableOfType(
                ConfigException.class, () -> new ConfigReader(file, site, List.of(), OptionalInt.empty()).read());

        var report = complaint.report("nothing was started").replace(site.toString(), "SITE") + "\n";
        if ("write".equals(System.getProperty("wshd.golden"))) {
            Files.writeString(resource(name + ".conf").resolveSibling(name + ".expected"), report);
        }
        assertThat(report).isEqualTo(Files.readString(resource(name + ".expected")));
    }

    private void layOutSite() throws IOException {
        Files.createDirectories(site.resolve("conf/included"));
        Files.createDirectories(site.resolve("www"));
        Files.createDirectories(site.resolve("handlers"));
        Files.createFile(site.resolve("www/index.html"));
        Files.createFile(site.resolve("handlers/echo_wsh.py"));
        Files.createFile(site.resolve("handlers/chat.py"));
        Files.copy(resource("included/routes.conf"), site.resolve("conf/included/routes.conf"));
    }

    private static Path resource(String name) {
        return Path.of("src/test/resources/io/wshd/config", name);
    }
}
