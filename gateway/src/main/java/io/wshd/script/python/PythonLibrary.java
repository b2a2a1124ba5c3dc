package io.wshd.script.python;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The modules that the gateway's jar has for handlers, for {@code bootstrap.py}: their texts, and what was compiled of
 * these before, which takes a tenth of the time. That is kept beside Python's own modules, a file for each, and is used
 * for as long as the text is the same. Any thread; blocks for files.
 */
public final class PythonLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(PythonLibrary.class);

    private static final String TEXTS = "/io/wshd/script/python/lib/";

    private final Path directory;
    private final boolean keeps;

    /**
     * @param home of Python's own modules
     * @param keeps whether what is compiled may be kept there: nothing that comes from where scripts may change how
     *     modules are compiled, and have no right to write there
     */
    PythonLibrary(Path home, boolean keeps) {
        this.directory = home.resolve("wshd");
        this.keeps = keeps;
    }

    /** The text of a module by its file's name, or null. */
    @HostAccess.Export
    public String text(String file) {
        return PythonInterpreter.resource(TEXTS + file);
    }

    /** What {@code marshal} made of a module of this text, as {@code bytes}, or null. */
    @HostAccess.Export
    public Object compiled(String file, String text) {
        byte[] hash = hash(text);
        try {
            byte[] kept = Files.readAllBytes(kept(file));
            if (kept.length > hash.length && Arrays.equals(kept, 0, hash.length, hash, 0, hash.length)) {
                return PythonBytes.of(Arrays.copyOfRange(kept, hash.length, kept.length));
            }
        } catch (IOException e) {
            LOG.debug("{} was not kept: {}", file, e.toString());
        }
        return null;
    }

    /** Keeps what {@code marshal} makes of a module of this text, if that is permitted and possible. */
    @HostAccess.Export
    public void keep(String file, String text, Value compiled) {
        if (!keeps) {
            return;
        }
        byte[] hash = hash(text);
        byte[] data = PythonBytes.toJava(compiled);
        try {
            Files.createDirectories(directory);
            Path written = Files.createTempFile(directory, "module", null);
            Files.write(
                    written,
                    ByteBuffer.allocate(hash.length + data.length)
                            .put(hash)
                            .put(data)
                            .array());
            Files.move(written, kept(file), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.debug("{} is not kept", file, e);
        }
    }

    private Path kept(String file) {
        return directory.resolve(file.replace('/', '.') + "c");
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
