package io.wshd.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How an upstream is used: the section {@code proxy}, over which {@code upstreams.NAME} may write.
 *
 * @param slowStart over which a server that came back gets its full share again; zero: at once
 * @param http2 whether to speak HTTP/2: over TLS if the server agrees, otherwise from the start (prior knowledge)
 * @param dnsRefresh after which a host name is asked for again
 * @param via the name for the Via headers of both directions; empty: none is added
 * @param sticky whether, and by which cookie, a client stays with its server
 * @param health how servers are asked whether they are well; empty: they are not
 */
public record ProxyConfig(
        Balance balance,
        Duration slowStart,
        boolean http2,
        Duration dnsRefresh,
        Timeouts timeouts,
        Limits limits,
        Retries retries,
        Ejection ejection,
        Optional<String> via,
        Optional<Sticky> sticky,
        Optional<Health> health,
        Tls tls) {

    /** Which server gets the next request. */
    public sealed interface Balance {}

    /** Each in turn, by weight. */
    public record RoundRobin() implements Balance {}

    /** The one with the fewest requests and tunnels under way, by weight. */
    public record LeastConnections() implements Balance {}

    /** Of two chosen at random, by weight, the one with fewer requests and tunnels under way. */
    public record RandomTwo() implements Balance {}

    /** The same for the same key as long as it is there; when it goes, only its own keys move. */
    public record Hash(By by, String name) implements Balance {

        /** What the key is. */
        public enum By {
            /** the client's address */
            ADDRESS,
            /** the request's path */
            PATH,
            /** the header of that name */
            HEADER,
            /** the cookie of that name */
            COOKIE
        }
    }

    /**
     * Apart from each other, since one that fits a page kills a stream of events.
     *
     * @param connect for a connection to a server, TLS included
     * @param firstByte from the end of the request to the head of the response
     * @param idle without a byte in either direction once one of both bodies is under way
     * @param total for a whole exchange; zero: none
     * @param tunnelIdle without a byte in either direction of an upgraded connection
     * @param tunnelLifetime of an upgraded connection; zero: none
     * @param keepAlive after which an idle connection is closed; a server's {@code Keep-Alive: timeout=} may shorten it
     */
    public record Timeouts(
            Duration connect,
            Duration firstByte,
            Duration idle,
            Duration total,
            Duration tunnelIdle,
            Duration tunnelLifetime,
            Duration keepAlive) {}

    /**
     * Bounds.
     *
     * @param connections to one server at a time, shared among the I/O threads, at least one for each
     * @param tunnels to one server at a time
     * @param queue requests that wait for a connection of an upstream
     * @param queueTimeout for such a request
     * @param responseHeader bytes of a response's head
     */
    public record Limits(int connections, int tunnels, int queue, Duration queueTimeout, int responseHeader) {}

    /**
     * Second attempts of requests that nothing can have come of, or whose method may be repeated.
     *
     * @param attempts besides the first
     * @param budget retries, in percent of an upstream's requests of the last ten seconds
     */
    public record Retries(int attempts, int budget) {}

    /**
     * When a server gets no requests for a while.
     *
     * @param after failures one after another; zero: never
     * @param time for the first time; doubled each time
     * @param most of {@code time}
     */
    public record Ejection(int after, Duration time, Duration most) {}

    /**
     * A cookie that names the server.
     *
     * @param secret signs it; empty: one is made at each start
     * @param maxAge of the cookie; zero: until the browser ends
     */
    public record Sticky(String cookie, String secret, Duration maxAge) {

        /** Without the secret, which has no place in a log. */
        @Override
        public String toString() {
            return "Sticky[cookie=" + cookie + ", maxAge=" + maxAge + "]";
        }
    }

    /**
     * Requests that ask a server whether it is well.
     *
     * @param path asked for with GET
     * @param statuses that count as well
     * @param body a text that the first 64 KiB of the body must contain; empty: any
     * @param passes in a row that bring a server back
     * @param fails in a row that take it out
     */
    public record Health(
            String path,
            Duration interval,
            Duration timeout,
            Set<Integer> statuses,
            String body,
            int passes,
            int fails) {}

    /**
     * For servers reached by https.
     *
     * @param authorities a file of trusted certificates in PEM; empty: those of the JDK
     * @param certificate a file with the client's certificate chain in PEM
     * @param key the file with its private key in PEM (PKCS #8)
     * @param serverName for SNI and for the name that the certificate must have; empty: the host of the URL
     * @param fingerprint of the files' content, so that a renewed certificate counts as a change
     */
    public record Tls(
            Optional<Path> authorities,
            Optional<Path> certificate,
            Optional<Path> key,
            Optional<String> serverName,
            String fingerprint) {

        public static final Tls DEFAULT =
                new Tls(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), "");
    }
}
