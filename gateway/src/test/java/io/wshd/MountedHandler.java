package io.wshd;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.PathHandler;
import io.wshd.gateway.ErrorPages;
import io.wshd.proxy.ReverseProxy;
import java.net.InetSocketAddress;
import java.net.URI;

/** A server on a free loopback port with one handler below a path, and error pages around it. */
public final class MountedHandler implements AutoCloseable {

    public static final long MAX_BODY = 1 << 20;

    private final Undertow server;

    public MountedHandler(String prefix, HttpHandler handler) {
        var pages = new ErrorPages(new PathHandler().addPrefixPath(prefix, handler));
        server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, MAX_BODY + ReverseProxy.DROPPED_BODY)
                .setHandler(exchange -> {
                    exchange.setMaxEntitySize(MAX_BODY);
                    pages.handleRequest(exchange);
                })
                .build();
        server.start();
    }

    public int port() {
        return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    @Override
    public void close() {
        server.stop();
    }
}
