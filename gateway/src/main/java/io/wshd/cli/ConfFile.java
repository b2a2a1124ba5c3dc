package io.wshd.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the configuration file. */
final class ConfFile {

    private static final Path USUAL = Path.of("conf", "gateway.conf");

    @Option(
            names = "--conf",
            paramLabel = "FILE",
            description = "The configuration file. Default: conf/gateway.conf here, else that of the installation.")
    private Path file;

    /** The file as the user named it, or the first of the usual ones that exists. */
    Path file() {
        if (file != null) {
            return file;
        }
        var home = System.getProperty("wshd.home");
        return Files.exists(USUAL) || home == null ? USUAL : Path.of(home).resolve(USUAL);
    }
}
