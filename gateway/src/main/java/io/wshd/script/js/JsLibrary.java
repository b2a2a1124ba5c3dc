package io.wshd.script.js;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.graalvm.polyglot.Source;

/**
 * What the gateway brings in JavaScript, as it is packed beside this class. Each file is one {@link Source} for all
 * contexts, so that the engine parses it once; what a script does not use is not even read.
 */
final class JsLibrary {

    private static final Map<String, Source> SOURCES = new ConcurrentHashMap<>();

    private JsLibrary() {}

    /**
     * A file that is one function, or a CommonJS module to be wrapped into one.
     *
     * @param name below {@code io/wshd/script/js}, without its {@code .js}
     */
    static Source function(String name) {
        return SOURCES.computeIfAbsent(name, missing -> {
            String text = text(missing + ".js");
            String function =
                    missing.startsWith("vendor/") ? "(function (module, exports, require) {" + text + "\n})" : text;
            return Source.newBuilder("js", function, "<wshd>/" + missing + ".js")
                    .internal(true)
                    .buildLiteral();
        });
    }

    static String text(String file) {
        try (InputStream in = JsLibrary.class.getResourceAsStream("/io/wshd/script/js/" + file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }
}
