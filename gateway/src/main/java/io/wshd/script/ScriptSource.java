package io.wshd.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The text of a script as it was read at one moment.
 *
 * @param file the real path
 * @param name the path as people know it, for messages: {@code handlers/echo_wsh.py}
 * @param hash of the content, in hexadecimal
 */
public record ScriptSource(Path file, String name, Language language, String text, String hash) {

    /** The file's name without its ending, for the names of loggers: {@code echo_wsh}. */
    public String title() {
        String fileName = file.getFileName().toString();
        return fileName.substring(0, fileName.lastIndexOf('.'));
    }

    static ScriptSource read(Path file, String name, Language language) throws IOException {
        byte[] content = Files.readAllBytes(file);
        return new ScriptSource(file, name, language, new String(content, StandardCharsets.UTF_8), hash(content));
    }

    /** A text that is in no file. */
    public static ScriptSource of(String name, Language language, String text) {
        return new ScriptSource(Path.of(name), name, language, text, hash(text.getBytes(StandardCharsets.UTF_8)));
    }

    static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
