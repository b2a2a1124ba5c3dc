package io.wshd.files;

import io.undertow.server.handlers.resource.PathResource;
import io.undertow.server.handlers.resource.PathResourceManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files below a directory that may be served. Undertow's manager keeps lexically inside the directory and compares
 * upper and lower case; this class adds what needs a look at the file itself: links may lead to places inside the
 * directory only, and neither they nor the path may pass a hidden name; pipes, sockets and devices are never opened.
 *
 * <p>Links are followed anew for each request, the directory's own included: a deployment may switch one over.
 * All methods block on the file system.
 */
final class FileTree extends PathResourceManager {

    private static final Logger LOG = LoggerFactory.getLogger(FileTree.class);

    /** @param directory must exist, now */
    FileTree(Path directory) {
        // No size reaches the first bound: Undertow would send such files with sendfile on an I/O thread, and a slow
        // disk would then stop every connection of that thread. No change listeners: nothing is cached.
        super(directory, Long.MAX_VALUE, true, true, false);
        // The constructor resolves links, once and for all.
        setBase(directory.toAbsolutePath().normalize());
    }

    /** Whether a name or path segment is hidden; {@code .well-known} (RFC 8615) is not. */
    static boolean hidden(String name) {
        return name.startsWith(".") && !name.equals(".well-known");
    }

    @Override
    protected PathResource getFileResource(Path file, String path, Path symlinkBase, String normalized)
            throws IOException {
        if (super.getFileResource(file, path, symlinkBase, normalized) == null) {
            return null;
        }
        var root = getBasePath().toRealPath();
        var real = file.toRealPath();
        if (!real.startsWith(root)) {
            LOG.debug("{} leads out of {} and is not served", file, root);
            return null;
        }
        for (var name : root.relativize(real)) {
            if (hidden(name.toString())) {
                return null;
            }
        }
        var attributes = Files.readAttributes(real, BasicFileAttributes.class);
        if (attributes.isDirectory()) {
            return new PathResource(file, this, path);
        }
        if (!attributes.isRegularFile()) {
            return null;
        }
        if (!Files.isReadable(real)) {
            LOG.warn("{} is not readable for this process and is not served", real);
            return null;
        }
        return new StaticFile(file, attributes, this, path);
    }
}
