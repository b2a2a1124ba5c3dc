package io.wshd.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/** What changes about a file when it is written: cheap to look at, unlike its content. */
record Signature(FileTime modified, long size, Object key) {

    /** File systems keep times no finer than this; a file may be written twice within. */
    private static final Duration GRAIN = Duration.ofSeconds(2);

    /** The signature of a regular file; null when there is none. */
    static Signature of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? new Signature(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey())
                    : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Whether the file was written so lately that another write might not show. */
    boolean isFresh() {
        return modified.toInstant().isAfter(Instant.now().minus(GRAIN));
    }
}
