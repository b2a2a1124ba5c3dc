package io.wshd.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

    @Test
    void theReferencePageHasEveryKeyWithItsDefault() throws Exception {
        var rows = Files.readAllLines(Path.of("../docs/configuration.md"));

        assertThat(defaults())
                .hasSizeGreaterThan(15)
                .allSatisfy((key, value) ->
                        assertThat(rows).anyMatch(row -> row.startsWith("| `" + key + "` | `" + value + "` |")));
    }

    private static Map<String, String> defaults() {
        var defaults = new TreeMap<String, String>();
        collect(Hocon.defaults().root(), "", defaults);
        return defaults;
    }

    private static void collect(ConfigValue value, String path, Map<String, String> into) {
        if (value instanceof ConfigObject object && !object.isEmpty()) {
            object.forEach((key, child) ->
                    collect(child, (path.isEmpty() ? "" : path + ".") + ConfigUtil.joinPath(key), into));
        } else {
            into.put(
                    path,
                    switch (value) {
                        case ConfigObject _ -> "{}";
                        case ConfigList list -> list.render(ConfigRenderOptions.concise());
                        default -> value.atKey("it").getString("it");
                    });
        }
    }
}
