package io.wshd.files;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.resource.Resource;
import io.undertow.server.handlers.resource.ResourceHandler;
import io.undertow.server.handlers.resource.ResourceSupplier;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.nio.file.Path;

/**
 * Serves the files below a directory to GET and HEAD: {@code index.html} for directories, conditional requests and
 * single ranges. A file is looked up and read by worker threads, never on an I/O thread, through one buffer of the
 * connection's pool whatever its size; nothing is cached, so that a changed file is served at once.
 *
 * <p>Who guards what: {@link RequestedPath} the path's text, {@link FileTree} the file it leads to; Undertow's
 * ResourceHandler evaluates conditions and ranges, after {@link Preconditions}.
 */
public final class StaticFiles implements HttpHandler {

    private static final AttachmentKey<Resource> FOUND = AttachmentKey.create(Resource.class);
    private static final String ALLOWED = "GET, HEAD, OPTIONS";

    private final FileTree tree;
    private final ResourceHandler content;

    /**
     * @param directory may be a link, even one that changes
     * @throws RuntimeException when it does not exist
     */
    public StaticFiles(Path directory) {
        tree = new FileTree(directory);
        ResourceSupplier found = (exchange, path) -> exchange.getAttachment(FOUND);
        content = new ResourceHandler(found);
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(Headers.X_CONTENT_TYPE_OPTIONS, "nosniff");
        var method = exchange.getRequestMethod();
        if (method.equals(Methods.GET) || method.equals(Methods.HEAD)) {
            if (RequestedPath.acceptable(exchange)) {
                exchange.dispatch(this::serve);
            } else {
                end(exchange, StatusCodes.NOT_FOUND);
            }
            return;
        }
        exchange.getResponseHeaders().put(Headers.ALLOW, ALLOWED);
        end(exchange, method.equals(Methods.OPTIONS) ? StatusCodes.NO_CONTENT : StatusCodes.METHOD_NOT_ALLOWED);
    }

    /** Runs on a worker thread. */
    private void serve(HttpServerExchange exchange) throws Exception {
        var path = exchange.getRelativePath();
        var found = tree.getResource(path);
        if (found != null && found.isDirectory()) {
            path += path.endsWith("/") ? "index.html" : "/index.html";
            found = tree.getResource(path);
            if (found instanceof StaticFile && !exchange.getRequestPath().endsWith("/")) {
                exchange.getResponseHeaders().put(Headers.LOCATION, RequestedPath.withSlash(exchange));
                end(exchange, StatusCodes.MOVED_PERMANENTLY);
                return;
            }
        }
        if (!(found instanceof StaticFile file)) {
            end(exchange, StatusCodes.NOT_FOUND);
            return;
        }
        // A 304 carries it too (RFC 9110 section 15.4.5), and Undertow sets it later than that.
        exchange.getResponseHeaders().put(Headers.ETAG, file.getETag().toString());
        Preconditions.rewrite(exchange.getRequestHeaders(), file.getETag(), file.getLastModified());
        exchange.putAttachment(FOUND, file);
        // It refuses files below a path with a slash at the end.
        exchange.setRelativePath(path);
        content.handleRequest(exchange);
    }

    private static void end(HttpServerExchange exchange, int status) {
        exchange.setStatusCode(status);
        exchange.endExchange();
    }
}
