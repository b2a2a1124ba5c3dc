package io.wshd.script.js;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Set;
import java.util.UUID;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/** The JDK's cryptography for the JavaScript library. Public because JavaScript calls it. */
public final class JsCrypto {

    private static final Set<String> DIGESTS = Set.of("SHA-1", "SHA-256", "SHA-384", "SHA-512");

    private static final class Random {
        static final SecureRandom SECURE = new SecureRandom();
    }

    JsCrypto() {}

    /** An ArrayBuffer of random bytes. */
    @HostAccess.Export
    public Object random(int length) {
        byte[] bytes = new byte[length];
        Random.SECURE.nextBytes(bytes);
        return JsBytes.arrayBuffer(bytes);
    }

    @HostAccess.Export
    public String uuid() {
        return UUID.randomUUID().toString();
    }

    /** An ArrayBuffer with the digest of a part of another; null if there is no such algorithm. */
    @HostAccess.Export
    public Object digest(String algorithm, Value buffer, int offset, int length) {
        if (!DIGESTS.contains(algorithm)) {
            return null;
        }
        try {
            byte[] data = JsBytes.copy(buffer, offset, length);
            return JsBytes.arrayBuffer(MessageDigest.getInstance(algorithm).digest(data));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has these", e);
        }
    }
}
