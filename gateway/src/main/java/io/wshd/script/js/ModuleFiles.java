package io.wshd.script.js;

import io.wshd.script.Imports;
import io.wshd.script.ScriptSource;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;

/**
 * The files that one version of a script may import, as GraalJS asks for them: read-only, the script itself with the
 * text that was hashed, and {@code wshd} from the jar. Keeps account of what was imported.
 *
 * <p>Which file a path means is decided by its real path, so that a link leads nowhere that its target is not.
 */
final class ModuleFiles implements FileSystem {

    /** The gateway's own module, by the name that scripts import it by. */
    static final String OWN = "wshd";

    private static final Path OWN_FILE = Path.of("/wshd.mjs");

    private final ScriptSource script;
    private final byte[] own;
    private final Collection<Path> directories;
    private final boolean anywhere;
    private final Imports imported = new Imports();

    /**
     * @param own the text of the gateway's own module
     * @param directories the real paths below which modules may be; may grow later
     * @param anywhere whether they may be anywhere else as well
     */
    ModuleFiles(ScriptSource script, String own, Collection<Path> directories, boolean anywhere) {
        this.script = script;
        this.own = own.getBytes(StandardCharsets.UTF_8);
        this.directories = directories;
        this.anywhere = anywhere;
    }

    /** The files that were imported so far, or were to be; without the script itself. */
    Imports imported() {
        return imported;
    }

    @Override
    public Path parsePath(URI uri) {
        if (!"file".equals(uri.getScheme())) {
            throw new UnsupportedOperationException("modules are files");
        }
        return Path.of(uri);
    }

    @Override
    public Path parsePath(String path) {
        if (path.equals(OWN)) {
            return OWN_FILE;
        }
        // By its name for people, which then stands in the stack traces that scripts see.
        return path.equals(script.name()) ? script.file() : Path.of(path);
    }

    @Override
    public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options) throws IOException {
        if (!isOwn(path) && !path.equals(script.file())) {
            allowed(path);
        }
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        if (!Set.of(StandardOpenOption.READ).containsAll(options)) {
            throw new AccessDeniedException(path.toString(), null, "modules are only read");
        }
        if (isOwn(path)) {
            return new BytesChannel(own);
        }
        if (path.equals(script.file())) {
            return new BytesChannel(script.text().getBytes(StandardCharsets.UTF_8));
        }
        return new BytesChannel(Files.readAllBytes(importing(path)));
    }

    @Override
    public Path toAbsolutePath(Path path) {
        return path.isAbsolute() ? path : script.file().resolveSibling(path);
    }

    @Override
    public Path toRealPath(Path path, LinkOption... options) throws IOException {
        return isOwn(path) || path.equals(script.file()) ? path : path.toRealPath();
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return Files.readAttributes(allowed(path), attributes);
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        throw new AccessDeniedException(path.toString(), null, "modules are only read");
    }

    @Override
    public void delete(Path path) throws IOException {
        throw new AccessDeniedException(path.toString(), null, "modules are only read");
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        throw new AccessDeniedException(path.toString(), null, "modules are only read");
    }

    private Path importing(Path path) throws IOException {
        Path file = path.normalize();
        try {
            file = allowed(path);
            return file;
        } finally {
            // Also one that is not there: when it comes, the script may load.
            imported.add(file);
        }
    }

    private boolean isOwn(Path path) {
        return path.equals(OWN_FILE);
    }

    private Path allowed(Path path) throws IOException {
        if (!path.isAbsolute()) {
            throw new NoSuchFileException(
                    path.toString(),
                    null,
                    "modules are imported by \"./name.mjs\", \"../name.mjs\" or \"" + OWN + "\"");
        }
        Path real = path.toRealPath();
        if (!anywhere && directories.stream().noneMatch(real::startsWith)) {
            throw new AccessDeniedException(
                    path.toString(), null, "it is outside the handler directory (permissions.files)");
        }
        return real;
    }
}
