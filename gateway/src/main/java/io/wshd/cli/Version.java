package io.wshd.cli;

import java.io.IOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** {@code wshd 1.2.3 (Java 25.0.1)}, from what Maven puts into the jar. */
final class Version implements IVersionProvider {

    private static final String WRITTEN_BY_MAVEN = "/META-INF/maven/io.wshd/gateway/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
        return new String[] {"wshd " + number() + " (Java " + Runtime.version() + ")"};
    }

    private static String number() throws IOException {
        try (var in = Version.class.getResourceAsStream(WRITTEN_BY_MAVEN)) {
            if (in == null) {
                return "of an unpacked build";
            }
            var properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        }
    }
}
