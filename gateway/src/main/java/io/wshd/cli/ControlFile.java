package io.wshd.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where a running gateway can be spoken to: a unix socket in a directory that belongs to its user alone, named after the
 * configuration file, so that whoever names the same file finds it.
 */
final class ControlFile {

    private static final String PRIVATE = "rwx------";

    private ControlFile() {}

    /** The usual place; nothing is created. */
    static Path of(Path conf) {
        return directory().resolve(name(conf) + ".sock");
    }

    private static Path directory() {
        var runtime = System.getenv("XDG_RUNTIME_DIR");
        return runtime != null && Files.isDirectory(Path.of(runtime))
                ? Path.of(runtime, "wshd")
                : Path.of(System.getProperty("java.io.tmpdir"), "wshd-" + System.getProperty("user.name"));
    }

    private static String name(Path conf) {
        Path real;
        try {
            real = conf.toRealPath();
        } catch (IOException e) {
            real = conf.toAbsolutePath().normalize();
        }
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256").digest(real.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Makes the directory of a socket, or sees that nobody else can put anything into the one that is there.
     *
     * @throws IOException if it is not this user's alone
     */
    static void prepare(Path socket) throws IOException {
        var directory = socket.toAbsolutePath().getParent();
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
        } catch (FileAlreadyExistsException e) {
            // Looked at below, as a fresh one is.
        } catch (UnsupportedOperationException e) {
            throw new IOException("this file system has no permissions", e);
        }
        var attributes = Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        var user = directory
                .getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName(System.getProperty("user.name"));
        if (!attributes.isDirectory()
                || !attributes.owner().equals(user)
                || !PosixFilePermissions.toString(attributes.permissions()).equals(PRIVATE)) {
            throw new IOException(directory + " is not a directory of this user alone (mode 700)");
        }
    }
}
