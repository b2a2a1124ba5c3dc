package io.wshd.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.IO;
import com.typesafe.config.ConfigException.UnresolvedSubstitution;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files and options in, one tree of values out: the options of the command line over the configuration file over the
 * defaults, with substitutions resolved among all three and the environment. Each reading starts from the files;
 * nothing is cached, and system properties are not looked at.
 */
final class Hocon {

    private final Places places;
    private final Mistakes mistakes;

    Hocon(Places places, Mistakes mistakes) {
        this.places = places;
        this.mistakes = mistakes;
    }

    /**
     * @param settings {@code key=value} each
     * @return the tree; a value that could not be resolved has been noted as a mistake and is still in it
     * @throws ConfigException when there is no tree to go on with: no file, or syntax that cannot be parsed
     */
    ConfigObject read(Path file, List<String> settings) throws ConfigException {
        var main = parse(file);
        for (var setting : settings) {
            main = parse(setting).withFallback(main);
        }
        mistakes.throwIfAny();
        try {
            var lenient = ConfigResolveOptions.defaults().setAllowUnresolved(true);
            var all = main.withFallback(defaults());
            // Apart from the defaults, since a value that hides a default has no line once both are merged.
            new Substitutions(places, mistakes)
                    .check(main.resolveWith(all, lenient).root(), "");
            return all.resolve(lenient).root();
        } catch (UnresolvedSubstitution e) {
            mistakes.add(places.at(e.origin(), "substitution"), Syntax.inPlainWords(e));
            mistakes.throwIfAny();
            throw e;
        }
    }

    /** The defaults of every setting, the same for every reading. */
    static Config defaults() {
        // Read by hand so that the defaults' origins name no file: complaints are about what the user wrote.
        try (var in = new InputStreamReader(Hocon.class.getResourceAsStream("/reference.conf"), UTF_8)) {
            return ConfigFactory.parseReader(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Config parse(Path file) {
        if (!Files.isRegularFile(file)) {
            mistakes.add(
                    places.whole("the configuration file"),
                    Files.isDirectory(file)
                            ? "is a directory; expected a file, such as gateway.conf in it."
                            : "does not exist; looked at " + places.absolute(file) + ".");
            return ConfigFactory.empty();
        }
        try {
            return ConfigFactory.parseFile(
                    file.toFile(),
                    ConfigParseOptions.defaults().setAllowMissing(false).setSyntax(ConfigSyntax.CONF));
        } catch (IO e) {
            mistakes.add(places.whole("include"), "cannot be read: " + Syntax.detail(e) + ".");
        } catch (com.typesafe.config.ConfigException e) {
            mistakes.add(places.at(e.origin(), "syntax"), Syntax.inPlainWords(e));
        }
        return ConfigFactory.empty();
    }

    /**
     * One option. Its value is HOCON when it opens like a list, a section, a quoted text or a substitution, and plain
     * text otherwise, so that {@code listeners.http.bind=127.0.0.1:8080} needs no quotes within the shell's.
     */
    private Config parse(String setting) {
        var description = Places.SET + setting;
        int equals = equalsSign(setting);
        if (equals <= 0) {
            mistakes.add(new Place(description, 0, "syntax"), "expected key=value, such as http.idle-timeout=30s.");
            return ConfigFactory.empty();
        }
        var value = setting.substring(equals + 1).strip();
        boolean hocon = value.matches("(?s)[\\[{\"].*|.*\\$\\{.*|null");
        var text = setting.substring(0, equals) + "=" + (hocon ? value : ConfigUtil.quoteString(value));
        try {
            return ConfigFactory.parseString(text, ConfigParseOptions.defaults().setOriginDescription(description));
        } catch (com.typesafe.config.ConfigException e) {
            mistakes.add(new Place(description, 0, "syntax"), Syntax.inPlainWords(e));
            return ConfigFactory.empty();
        }
    }

    /** The first equals sign outside of quotes, or -1. */
    private static int equalsSign(String setting) {
        boolean quoted = false;
        for (int i = 0; i < setting.length(); i++) {
            char c = setting.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '=' && !quoted) {
                return i;
            }
        }
        return -1;
    }
}
