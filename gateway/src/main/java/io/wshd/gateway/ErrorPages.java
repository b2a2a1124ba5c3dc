package io.wshd.gateway;

import io.undertow.server.DefaultResponseListener;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import io.wshd.observe.RequestId;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every error that has no body of its own a short page: what went wrong, what to do, and the request's id. What
 * the operator needs to know goes to the log under the same id: exceptions that handlers did not catch are logged here
 * with their stack trace; for other failures, whoever failed logs the cause.
 */
public final class ErrorPages implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorPages.class);
    private static final HttpString CONTENT_SECURITY_POLICY = new HttpString("Content-Security-Policy");

    private final HttpHandler next;

    public ErrorPages(HttpHandler next) {
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        exchange.addDefaultResponseListener(ErrorPages::answer);
        exchange.addExchangeCompleteListener(ErrorPages::logException);
        try {
            next.handleRequest(exchange);
        } catch (Exception | LinkageError | StackOverflowError e) {
            // Undertow does the same for tasks that were dispatched to another thread.
            exchange.putAttachment(DefaultResponseListener.EXCEPTION, e);
            exchange.unDispatch();
            if (!exchange.isResponseStarted()) {
                exchange.setStatusCode(StatusCodes.INTERNAL_SERVER_ERROR);
            }
            exchange.endExchange();
        }
    }

    /** Runs when an exchange ends whose response nobody has begun to write. */
    private static boolean answer(HttpServerExchange exchange) {
        var status = exchange.getStatusCode();
        if (status < 400 || !exchange.isResponseChannelAvailable()) {
            return false;
        }
        var headers = exchange.getResponseHeaders();
        // They spoke of the content that was not sent.
        headers.remove(Headers.ETAG);
        headers.remove(Headers.LAST_MODIFIED);
        headers.remove(Headers.CONTENT_ENCODING);
        headers.remove(Headers.CONTENT_LENGTH);
        headers.put(Headers.CACHE_CONTROL, "no-store");
        headers.put(Headers.X_CONTENT_TYPE_OPTIONS, "nosniff");
        var id = RequestId.of(exchange);
        if (wantsHtml(exchange)) {
            headers.put(CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'");
            headers.put(Headers.CONTENT_TYPE, "text/html; charset=utf-8");
            exchange.getResponseSender().send(html(status, id));
        } else {
            headers.put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
            exchange.getResponseSender().send(text(status, id));
        }
        return true;
    }

    private static void logException(HttpServerExchange exchange, ExchangeCompletionListener.NextListener next) {
        try {
            var cause = exchange.getAttachment(DefaultResponseListener.EXCEPTION);
            if (cause instanceof IOException) {
                // The peer went away; nothing is broken here.
                LOG.debug("{} {} {}", RequestId.of(exchange), exchange.getRequestMethod(), path(exchange), cause);
            } else if (cause != null) {
                LOG.error(
                        "{} {} {} failed", RequestId.of(exchange), exchange.getRequestMethod(), path(exchange), cause);
            }
        } finally {
            next.proceed();
        }
    }

    private static String path(HttpServerExchange exchange) {
        return exchange.getRequestURI();
    }

    /** Browsers name text/html; scripts and command lines rarely do and are better off with plain text. */
    private static boolean wantsHtml(HttpServerExchange exchange) {
        var accept = exchange.getRequestHeaders().get(Headers.ACCEPT);
        return accept != null && accept.stream().anyMatch(value -> value.contains("text/html"));
    }

    private static String html(int status, RequestId id) {
        var title = status + " " + StatusCodes.getReason(status);
        return """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width">
                <title>%s</title>
                <style>
                  :root { color-scheme: light dark }
                  body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem }
                  footer { font-size: .8rem; opacity: .7 }
                </style>
                <h1>%s</h1>
                <p>%s</p>
                <footer>Request <code>%s</code></footer>
                </html>
                """.formatted(title, title, advice(status), id);
    }

    private static String text(int status, RequestId id) {
        return "%d %s%n%s%nRequest %s%n"
                .formatted(status, StatusCodes.getReason(status), advice(status), id)
                .replace(System.lineSeparator(), "\n");
    }

    private static String advice(int status) {
        return switch (status) {
            case 400 -> "The server could not understand the request.";
            case 401 -> "This page needs you to sign in.";
            case 403 -> "You may not see this page, or not from where you are.";
            case 404 -> "There is nothing at this address. Check its spelling, or start from the home page.";
            case 405 -> "This address does not take requests of this kind.";
            case 408 -> "The request took too long to arrive. Try again.";
            case 412 -> "What is here has changed since you last saw it. Load it again.";
            case 413 -> "What was sent is larger than this server accepts.";
            case 416 -> "The part asked for is not within the file.";
            case 426 -> "This address speaks WebSocket. Open it with new WebSocket(...) from a page or a client.";
            case 429 -> "Too many requests at once. Wait a moment and try again.";
            case 431 -> "The request's headers are too large. Deleting this site's cookies may help.";
            case 500 -> "Something went wrong here. The request's number below helps the operator to find out what.";
            case 502 -> "The application behind this address does not answer. Try again in a moment.";
            case 503 -> "The server is busy or just starting. Try again in a moment.";
            case 504 -> "The application behind this address took too long to answer. Try again in a moment.";
            default ->
                status < 500
                        ? "The server cannot answer this request as it was sent."
                        : "The server cannot answer right now. Try again in a moment.";
        };
    }
}
