package io.wshd.script.python;

import io.wshd.config.InterpreterConfig.Permissions;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
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
 * The files that Python scripts may use: those below some directories for reading, those of the scratch directory for
 * writing as well. The decision is on a file's real path, so no link leads farther than its target may be used; and no
 * link can be made, so none can be put in the way between the decision and the use.
 */
final class PythonFiles implements FileSystem {

    private static final Set<OpenOption> READING = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final FileSystem system = FileSystem.newDefaultFileSystem();
    private final Collection<Path> readable;
    private final Path scratch;
    private final Permissions.Files permitted;
    private final boolean processes;
    private Path directory;

    /**
     * @param readable the real paths of directories; may grow later
     * @param scratch its real path
     * @param directory where relative paths begin
     */
    PythonFiles(Collection<Path> readable, Path scratch, Permissions permissions, Path directory) {
        this.readable = readable;
        this.scratch = scratch;
        this.permitted = permissions.files();
        this.processes = permissions.processes();
        this.directory = directory;
    }

    /** Why a path may not be used, for the script's author; empty if it may. */
    String refusal(String path) {
        String allowed = "permissions.files = " + (permitted == Permissions.Files.SCRATCH ? "scratch" : "handlers");
        try {
            Path real = real(Path.of(path));
            if (isWritable(real)) {
                return "";
            }
            return isReadable(real)
                    ? "it may only be read (" + allowed + ")"
                    : "it is outside of what scripts of this interpreter may use (" + allowed + ")";
        } catch (IOException | IllegalArgumentException e) {
            return "";
        }
    }

    private boolean isWritable(Path real) {
        return permitted == Permissions.Files.SCRATCH && real.startsWith(scratch);
    }

    private boolean isReadable(Path real) {
        return isWritable(real) || readable.stream().anyMatch(real::startsWith);
    }

    private Path reading(Path path) throws IOException {
        Path real = real(path);
        if (!isReadable(real)) {
            throw new AccessDeniedException(path.toString());
        }
        return real;
    }

    /** Who may start programs has to find them, and could have them read anything. */
    private Path seeing(Path path) throws IOException {
        return processes ? toAbsolutePath(path) : reading(path);
    }

    private Path writing(Path path) throws IOException {
        Path real = real(path);
        if (!isWritable(real)) {
            throw new AccessDeniedException(path.toString());
        }
        return real;
    }

    /** Of a path that is not there, the real path of what is there of it, with the rest behind. */
    private Path real(Path path) throws IOException {
        Path whole = toAbsolutePath(path).normalize();
        Path missing = null;
        for (Path there = whole; there != null; there = there.getParent()) {
            try {
                Path real = there.toRealPath();
                return missing == null ? real : real.resolve(missing);
            } catch (NoSuchFileException e) {
                missing = missing == null
                        ? there.getFileName()
                        : there.getFileName().resolve(missing);
            }
        }
        throw new NoSuchFileException(path.toString());
    }

    @Override
    public Path parsePath(URI uri) {
        return system.parsePath(uri);
    }

    @Override
    public Path parsePath(String path) {
        return system.parsePath(path);
    }

    @Override
    public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options) throws IOException {
        system.checkAccess(modes.contains(AccessMode.WRITE) ? writing(path) : seeing(path), modes, options);
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        system.createDirectory(writing(path), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
        system.delete(writing(path));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        system.copy(reading(source), writing(target), options);
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        system.move(writing(source), writing(target), options);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        Path real = READING.containsAll(options) ? reading(path) : writing(path);
        return system.newByteChannel(real, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        return system.newDirectoryStream(reading(path), filter);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return system.readAttributes(seeing(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        system.setAttribute(writing(path), attribute, value, options);
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        reading(link);
        return system.readSymbolicLink(link);
    }

    @Override
    public Path toAbsolutePath(Path path) {
        return path.isAbsolute() ? path : directory.resolve(path);
    }

    @Override
    public void setCurrentWorkingDirectory(Path path) {
        directory = path;
    }

    @Override
    public Path toRealPath(Path path, LinkOption... options) throws IOException {
        return system.toRealPath(reading(path), options);
    }

    @Override
    public Path getTempDirectory() {
        return scratch;
    }
}
