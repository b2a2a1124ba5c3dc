package io.wshd.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyPageTest {

    private static final Pattern EXAMPLE = Pattern.compile("```hocon\n(.*?)```", Pattern.DOTALL);

    /** What the examples leave out: a listener, a host, and the files that one of them names. */
    private static final String REST = """
            listeners { http { bind = "127.0.0.1:0" } }
            hosts { "*" { routes { "/rest" { redirect = "/" } } } }
            """;

    @TempDir
    private Path site;

    @Test
    void theExamplesCanBeCopiedAsTheyAre() throws Exception {
        var conf = Files.createDirectories(site.resolve("conf/tls"));
        for (var file : List.of("ca.pem", "client.pem", "client.key")) {
            Files.writeString(conf.resolve(file), "of no importance here");
        }
        var examples = EXAMPLE.matcher(Files.readString(Path.of("../docs/proxy.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(examples).hasSizeGreaterThan(10).allSatisfy(example -> {
            var file = Files.writeString(site.resolve("conf/gateway.conf"), REST + example);
            assertThatCode(() -> ConfigReader.read(file, List.of(), OptionalInt.empty()))
                    .as(example)
                    .doesNotThrowAnyException();
        });
    }
}
