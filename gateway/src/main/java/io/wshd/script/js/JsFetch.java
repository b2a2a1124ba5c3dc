package io.wshd.script.js;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/** The requests of one script version, for the JavaScript library. Public because JavaScript calls it. */
public final class JsFetch {

    /** For the head of a response to arrive. */
    private static final Duration HEAD = Duration.ofSeconds(60);

    /** Headers that belong to the connection: scripts cannot set them, and need not know. */
    private static final Set<String> NOT_SCRIPTS = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** What a URL may have by the URL standard, and not by {@link URI}. */
    private static final Pattern NO_URI = Pattern.compile("[\\[\\]|\\\\^`{}\"<> ]|%(?![0-9A-Fa-f]{2})");

    private final EventLoop loop;
    private final Fetcher fetcher;
    private final boolean allowed;
    private final Set<JsExchange> open = ConcurrentHashMap.newKeySet();

    /**
     * @param allowed whether the script may connect to anything
     */
    JsFetch(EventLoop loop, Fetcher fetcher, boolean allowed) {
        this.loop = loop;
        this.fetcher = fetcher;
        this.allowed = allowed;
    }

    /** Why no request may be made now, or empty. */
    @HostAccess.Export
    public String refusal() {
        if (!allowed) {
            return "PermissionError: outgoing connections are not allowed here (permissions.network)";
        }
        return fetcher.open() < fetcher.most()
                ? ""
                : "TypeError: " + fetcher.most() + " requests are under way already (scripts.fetches);"
                        + " read each response to its end, or cancel it";
    }

    /**
     * Sends a request; redirects are not followed.
     *
     * @param headers in lines
     * @param body an ArrayBuffer that is copied, or null
     * @return null if there was a {@link #refusal}
     */
    @HostAccess.Export
    public JsExchange start(String method, String url, String headers, Value body) {
        if (!allowed || !fetcher.begin()) {
            return null;
        }
        boolean started = false;
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(url))
                    .timeout(HEAD)
                    // An offer to upgrade on an open connection confuses more servers than it serves.
                    .version(url.startsWith("https:") ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                    .method(method, BodyPublishers.noBody());
            if (body != null && !body.isNull()) {
                request.method(method, BodyPublishers.ofByteArray(JsBytes.copy(body, 0, (int) body.getBufferSize())));
            } else if (method.equals("GET")) {
                // Otherwise it would announce a body of no bytes.
                request.GET();
            } else if (method.equals("HEAD")) {
                request.HEAD();
            }
            for (String line : headers.split("\r\n")) {
                int colon = line.indexOf(": ");
                if (colon > 0 && !NOT_SCRIPTS.contains(line.substring(0, colon).toLowerCase(Locale.ROOT))) {
                    if (line.chars().anyMatch(c -> c > 0x7E)) {
                        // The JDK's client would send question marks.
                        throw new IllegalArgumentException(
                                line.substring(0, colon) + " has a character that is no ASCII");
                    }
                    request.header(line.substring(0, colon), line.substring(colon + 2));
                }
            }
            JsExchange exchange = new JsExchange(loop, this::ended);
            open.add(exchange);
            started = true;
            exchange.start(fetcher.client(), request.build());
            return exchange;
        } finally {
            if (!started) {
                fetcher.end();
            }
        }
    }

    /** Cancels what is under way. Any thread. */
    void close() {
        open.forEach(JsExchange::cancel);
    }

    private void ended(JsExchange exchange) {
        if (open.remove(exchange)) {
            fetcher.end();
        }
    }

    private static URI uri(String url) {
        int path = url.indexOf('/', url.indexOf("://") + 3);
        String rest = NO_URI.matcher(url.substring(path))
                .replaceAll(illegal -> "%%%02X".formatted((int) illegal.group().charAt(0)));
        return URI.create(url.substring(0, path) + rest);
    }
}
