package io.wshd.script.python;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.NamedTests;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The names that handlers import: what they are, and docs/pywebsocket-api.md, which lists them. */
@Timeout(120)
class NamesTest {

    private static final Path HANDLERS =
            Path.of("src/test/resources/pywebsocket").toAbsolutePath();
    private static final Path PAGE = Path.of("../docs/pywebsocket-api.md");
    private static final Pattern QUOTED = Pattern.compile("`([.\\w]+)`");

    /** A name of the page: the heading above it, and the tests of its row. */
    private record Row(String section, List<String> names, String tests) {}

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.with("conf/gateway.conf", """
                listeners { http { bind = "127.0.0.1:0" } }
                # The expressions import much of the standard library, which takes its time on a busy machine.
                hosts { "*" { routes { "/names" { handler = "%s/names_wsh.py", compatibility = pywebsocket } } } }
                """.formatted(HANDLERS));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void everyNameIsWhatPywebsocketHasIt() throws Exception {
        try (TestSocket socket = gateway.connect("/names")) {
            List<String> expected = expressions();
            List<String> seen = new ArrayList<>();
            for (String line : expected) {
                String expression = line.substring(0, line.indexOf(" => "));
                seen.add(expression + " => " + socket.ask(expression));
            }
            assertThat(seen).isEqualTo(expected);
        }
    }

    @Test
    void thePageListsEveryNameAndEachIsThereAndDocumented() throws Exception {
        List<String> listed = rows().stream()
                .filter(row -> !row.section().startsWith("What"))
                .flatMap(row -> row.names().stream().map(name -> "('%s', '%s')".formatted(row.section(), name)))
                // They are the script's to set.
                .filter(entry -> !entry.contains("'on_p"))
                .toList();
        try (TestSocket socket = gateway.connect("/names")) {
            assertThat(socket.ask("sorted(set(public(request)) - {%s})".formatted(String.join(", ", listed))))
                    .as("names that the page lacks")
                    .isEqualTo("[]");
            assertThat(socket.ask("list(named(request, [%s]))".formatted(String.join(", ", listed))))
                    .as("names of the page that are not there, or without documentation")
                    .isEqualTo("[]");
        }
    }

    @Test
    void everyRowOfThePageNamesTestsThatExist() throws Exception {
        String expressions = expressions().stream().collect(joining("\n"));
        assertThat(rows()).hasSizeGreaterThan(40).allSatisfy(row -> {
            if (row.tests().startsWith("names")) {
                assertThat(row.names().stream().map(name -> name.replaceFirst("^\\.", "")))
                        .filteredOn(name -> !expressions.contains(name))
                        .as("names that names.txt lacks")
                        .isEmpty();
            } else {
                assertThat(NamedTests.in(row.tests())).as(row.tests()).isNotEmpty();
            }
            assertThat(NamedTests.in(row.tests())).allMatch(NamedTests::exists, row.tests());
        });
    }

    private static List<String> expressions() throws IOException {
        return Files.readAllLines(HANDLERS.resolve("names.txt")).stream()
                .filter(line -> line.contains(" => "))
                .toList();
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        String section = "";
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("## ")) {
                section = line.substring(3).replace("`", "");
            } else if (line.startsWith("| `")) {
                String[] cells = line.split(" \\| ");
                assertThat(cells).as(line).hasSize(3);
                List<String> names = QUOTED.matcher(cells[0])
                        .results()
                        .map((MatchResult match) -> match.group(1))
                        .toList();
                rows.add(new Row(section, names, cells[2].replaceFirst(" \\|$", "")));
            }
        }
        return rows;
    }
}
