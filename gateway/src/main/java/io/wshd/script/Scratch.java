package io.wshd.script;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directories that scripts may write in, one for each named interpreter; removed when the gateway stops. */
final class Scratch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    private final Map<String, Path> directories = new ConcurrentHashMap<>();

    /** The directory of an interpreter, made when it is first asked for. */
    Path of(String interpreter) {
        return directories.computeIfAbsent(interpreter, name -> {
            try {
                return Files.createTempDirectory("wshd-" + name + "-").toRealPath();
            } catch (IOException e) {
                throw new UncheckedIOException("no scratch directory for scripts of " + name, e);
            }
        });
    }

    @Override
    public void close() {
        for (Path directory : directories.values()) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException | UncheckedIOException e) {
                LOG.debug("{}: not removed", directory, e);
            }
        }
    }
}
