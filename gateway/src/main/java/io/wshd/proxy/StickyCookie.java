package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.Cookie;
import io.undertow.server.handlers.CookieImpl;
import io.wshd.config.ProxyConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps a client with its server by a cookie. It is signed, so that nobody can choose a server, or learn of one, by
 * making values up.
 */
final class StickyCookie {

    private static final String ALGORITHM = "HmacSHA256";

    /** Bytes of the signature that are shown: enough against guessing over a network. */
    private static final int SIGNATURE = 12;

    private final ProxyConfig.Sticky config;
    private final Map<Server, String> values = new LinkedHashMap<>();

    /** @param random signs when the configuration has no secret */
    StickyCookie(ProxyConfig.Sticky config, byte[] random, List<Server> servers) {
        this.config = config;
        var secret = config.secret().isEmpty() ? random : config.secret().getBytes(StandardCharsets.UTF_8);
        servers.forEach(server -> values.put(server, value(server, new SecretKeySpec(secret, ALGORITHM))));
    }

    /** The server that a client was with before, if the cookie says so and the signature is right. */
    Optional<Server> server(HttpServerExchange exchange) {
        var cookie = exchange.getRequestCookie(config.cookie());
        if (cookie == null) {
            return Optional.empty();
        }
        var told = cookie.getValue().getBytes(StandardCharsets.UTF_8);
        return values.entrySet().stream()
                .filter(entry -> MessageDigest.isEqual(entry.getValue().getBytes(StandardCharsets.UTF_8), told))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The cookie that keeps a client with a server. */
    Cookie cookie(Server server, HttpServerExchange exchange) {
        var path = exchange.getResolvedPath();
        var cookie = new CookieImpl(config.cookie(), values.get(server))
                .setPath(path.isEmpty() ? "/" : path)
                .setHttpOnly(true)
                .setSameSiteMode("Lax")
                .setSecure(exchange.getRequestScheme().equals("https"));
        if (!config.maxAge().isZero()) {
            cookie.setMaxAge(Math.toIntExact(config.maxAge().toSeconds()));
        }
        return cookie;
    }

    private String value(Server server, SecretKeySpec key) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            var signature = mac.doFinal((config.cookie() + "=" + server.id()).getBytes(StandardCharsets.UTF_8));
            var encoder = Base64.getUrlEncoder().withoutPadding();
            return server.id() + "." + encoder.encodeToString(Arrays.copyOf(signature, SIGNATURE));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
