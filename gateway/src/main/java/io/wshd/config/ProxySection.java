package io.wshd.config;

import io.wshd.config.ProxyConfig.Balance;
import io.wshd.config.ProxyConfig.Hash;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** {@code proxy { connect-timeout = 5s ... }}, and the same keys in {@code upstreams.NAME}. */
final class ProxySection {

    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration MINUTES = Duration.ofMinutes(10);
    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration MONTH = Duration.ofDays(30);
    private static final int KIB = 1024;

    /** A token of RFC 9110 section 5.6.2: the names of headers and cookies. */
    static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private static final Pattern STATUSES = Pattern.compile("([1-5][0-9][0-9])(?:-([1-5][0-9][0-9]))?");

    private final NamedFiles files;

    ProxySection(NamedFiles files) {
        this.files = files;
    }

    /** Every setting; the caller ends the section. */
    ProxyConfig read(Section section) {
        return new ProxyConfig(
                balance(section),
                zeroOr(section, "slow-start", Duration.ofHours(1)),
                section.flag("http2"),
                section.duration("dns-refresh", Duration.ofSeconds(1), DAY),
                timeouts(section),
                new ProxyConfig.Limits(
                        section.count("connections", 1, 65535),
                        section.count("tunnels", 0, 65535),
                        section.count("queue", 0, 1_000_000),
                        section.duration("queue-timeout", SHORTEST, MINUTES),
                        (int) section.bytes("max-response-header", KIB, KIB * KIB)),
                new ProxyConfig.Retries(section.count("retries", 0, 10), section.count("retry-budget", 0, 100)),
                ejection(section),
                via(section),
                section.section("sticky").flatMap(this::sticky),
                section.section("health").flatMap(this::health),
                section.section("tls")
                        .map(tls -> new TlsSection(files).read(tls))
                        .orElse(ProxyConfig.Tls.DEFAULT));
    }

    private static Balance balance(Section section) {
        var policy = section.text("balance").orElse("round-robin");
        var key = section.text("hash-by").orElse("address");
        return switch (policy) {
            case "round-robin" -> new ProxyConfig.RoundRobin();
            case "least-connections" -> new ProxyConfig.LeastConnections();
            case "random" -> new ProxyConfig.RandomTwo();
            case "hash" -> hash(section, key);
            default -> {
                var words = Set.of("round-robin", "least-connections", "random", "hash");
                section.mistake(
                        "balance",
                        Mistakes.quote(policy)
                                + " is no way to balance; expected round-robin, least-connections, random or hash."
                                + Spelling.didYouMean(policy, words));
                yield new ProxyConfig.RoundRobin();
            }
        };
    }

    private static Hash hash(Section section, String key) {
        var name = key.substring(key.indexOf(':') + 1);
        boolean token = TOKEN.matcher(name).matches();
        if (key.equals("address")) {
            return new Hash(Hash.By.ADDRESS, "");
        }
        if (key.equals("path")) {
            return new Hash(Hash.By.PATH, "");
        }
        if (key.startsWith("header:") && token) {
            return new Hash(Hash.By.HEADER, name);
        }
        if (key.startsWith("cookie:") && token) {
            return new Hash(Hash.By.COOKIE, name);
        }
        section.mistake(
                "hash-by",
                Mistakes.quote(key) + " is nothing to hash by; expected address, path, \"header:NAME\" or"
                        + " \"cookie:NAME\".");
        return new Hash(Hash.By.ADDRESS, "");
    }

    private static ProxyConfig.Timeouts timeouts(Section section) {
        return new ProxyConfig.Timeouts(
                section.duration("connect-timeout", SHORTEST, MINUTES),
                section.duration("first-byte-timeout", SHORTEST, DAY),
                section.duration("idle-timeout", SHORTEST, DAY),
                zeroOr(section, "total-timeout", DAY),
                section.duration("tunnel-idle-timeout", SHORTEST, MONTH),
                zeroOr(section, "tunnel-lifetime", MONTH),
                section.duration("keep-alive", Duration.ZERO, DAY));
    }

    private static ProxyConfig.Ejection ejection(Section section) {
        var ejection = new ProxyConfig.Ejection(
                section.count("eject-after", 0, 1000),
                section.duration("eject-time", SHORTEST, DAY),
                section.duration("eject-time-most", SHORTEST, DAY));
        if (ejection.most().compareTo(ejection.time()) < 0) {
            var given = section.gives("eject-time-most") ? "eject-time-most" : "eject-time";
            section.mistake(given, "eject-time-most is shorter than eject-time, from which it starts. Raise it.");
        }
        return ejection;
    }

    private Optional<ProxyConfig.Sticky> sticky(Section section) {
        var cookie = section.text("cookie");
        cookie.filter(name -> !TOKEN.matcher(name).matches())
                .ifPresent(name -> section.mistake(
                        "cookie",
                        Mistakes.quote(name) + " is no name of a cookie; expected letters, digits, \"-\" and \"_\"."));
        var secret = section.text("secret");
        if (secret.isPresent() && secret.get().length() < 16) {
            section.mistake("secret", "is too short; expected at least 16 characters that nobody can guess.");
        }
        var maxAge = zeroOr(section, "max-age", Duration.ofDays(400));
        section.end();
        return cookie.map(name -> new ProxyConfig.Sticky(name, secret.orElse(""), maxAge));
    }

    private Optional<ProxyConfig.Health> health(Section section) {
        var path = section.text("path");
        path.filter(text -> !text.matches("/[!-~]*"))
                .ifPresent(text -> section.mistake(
                        "path", Mistakes.quote(text) + " is no path; expected one such as \"/health\"."));
        var health = new ProxyConfig.Health(
                path.orElse("/"),
                section.duration("interval", SHORTEST, DAY),
                section.duration("timeout", SHORTEST, MINUTES),
                statuses(section),
                section.text("body").orElse(""),
                section.count("passes", 1, 1000),
                section.count("fails", 1, 1000));
        section.end();
        return path.map(text -> health);
    }

    /** The name for the Via header; empty for none. */
    static Optional<String> via(Section section) {
        var name = section.text("via").filter(text -> !text.equals("off") && !text.equals("false"));
        name.filter(text -> !TOKEN.matcher(text).matches())
                .ifPresent(text -> section.mistake(
                        "via",
                        Mistakes.quote(text)
                                + " is no name for the Via header; expected off, or one word such as wshd."));
        return name;
    }

    /** {@code "200-399"}, {@code "200, 204"}, {@code 200}. */
    private static Set<Integer> statuses(Section section) {
        var statuses = new TreeSet<Integer>();
        for (var part : section.text("status").orElse("200").split(",")) {
            var range = STATUSES.matcher(part.strip());
            if (!range.matches()) {
                section.mistake(
                        "status",
                        Mistakes.quote(part.strip()) + " is no status; expected one such as 200, or several such as"
                                + " \"200-299, 404\".");
                continue;
            }
            int first = Integer.parseInt(range.group(1));
            int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            for (int status = first; status <= last; status++) {
                statuses.add(status);
            }
        }
        return Set.copyOf(statuses);
    }

    /** A duration that zero switches off. */
    private static Duration zeroOr(Section section, String key, Duration most) {
        var value = section.duration(key, Duration.ZERO, most);
        if (!value.isZero() && value.compareTo(SHORTEST) < 0) {
            section.mistake(key, "is out of bounds; expected 0s for none, or at least 10ms.");
        }
        return value;
    }
}
