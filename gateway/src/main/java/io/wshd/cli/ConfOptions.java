package io.wshd.cli;

import io.wshd.config.ConfigException;
import io.wshd.config.ConfigReader;
import io.wshd.config.GatewayConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say which configuration is meant. */
final class ConfOptions {

    @Mixin
    private ConfFile conf;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            converter = Port.class,
            description = "Replaces the port of the first listener; 0 takes any free one.")
    private Integer port;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key over what the file says. May be given often.")
    private List<String> settings = new ArrayList<>();

    /** The file as the user named it, or the first of the usual ones that exists. */
    Path file() {
        return conf.file();
    }

    GatewayConfig read() throws ConfigException {
        return ConfigReader.read(file(), settings, port == null ? OptionalInt.empty() : OptionalInt.of(port));
    }

    /** The same, with another port for the first listener. */
    GatewayConfig read(int otherPort) throws ConfigException {
        return ConfigReader.read(file(), settings, OptionalInt.of(otherPort));
    }

    /** 0 to 65535. */
    static final class Port implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String text) {
            if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65535) {
                throw new TypeConversionException(
                        "\"" + text + "\" is no port; expected 1-65535, or 0 for any free one");
            }
            return Integer.valueOf(text);
        }
    }
}
