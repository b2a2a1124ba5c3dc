package io.wshd.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.NameVirtualHostHandler;
import io.undertow.server.handlers.PathHandler;
import io.undertow.server.handlers.ResponseCodeHandler;
import io.wshd.config.ConfigException;
import io.wshd.config.GatewayConfig;
import io.wshd.config.HostConfig;
import io.wshd.config.RouteConfig;
import io.wshd.files.StaticFiles;
import io.wshd.proxy.ReverseProxy;
import io.wshd.script.ScriptRuntime;
import io.wshd.script.Scripts;
import io.wshd.websocket.Sessions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Turns the hosts and routes of a configuration into handlers; the longest path that matches a request wins. */
final class Routes implements AutoCloseable {

    private final GatewayConfig config;
    private final ScriptRuntime scripts;
    private final Sessions sessions;
    private final List<ReverseProxy> proxies = new ArrayList<>();

    Routes(GatewayConfig config, ScriptRuntime scripts, Sessions sessions) {
        this.config = config;
        this.scripts = scripts;
        this.sessions = sessions;
    }

    /**
     * @throws ConfigException if what a route names is not there any more
     */
    HttpHandler handler() throws ConfigException {
        List<String> mistakes = new ArrayList<>();
        NameVirtualHostHandler hosts = new NameVirtualHostHandler();
        hosts.setDefaultHandler(ResponseCodeHandler.HANDLE_404);
        for (HostConfig host : config.hosts()) {
            PathHandler paths = new PathHandler(ResponseCodeHandler.HANDLE_404);
            for (RouteConfig route : host.routes()) {
                try {
                    paths.addPrefixPath(route.path(), route(route));
                } catch (IOException e) {
                    mistakes.add(route.place() + ": cannot be read: " + e);
                }
            }
            if (host.name().equals("*")) {
                hosts.setDefaultHandler(paths);
            } else {
                hosts.addHost(host.name(), paths);
            }
        }
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
        return hosts;
    }

    private HttpHandler route(RouteConfig route) throws IOException {
        HttpHandler content = route.content().map(this::content).orElse(null);
        if (route.scripts().isEmpty()) {
            return content;
        }
        Scripts found = switch (route.scripts().get()) {
            case RouteConfig.Handler one -> scripts.file(one.file(), route.interpreter());
            case RouteConfig.Handlers all -> scripts.directory(all, route.interpreter());
        };
        return new ScriptRoute(found, route, content, sessions, config);
    }

    private HttpHandler content(RouteConfig.Content content) {
        return switch (content) {
            case RouteConfig.Files files -> new StaticFiles(files.directory());
            case RouteConfig.Proxy proxy -> {
                ReverseProxy upstream = new ReverseProxy(proxy.upstream(), config.proxy());
                proxies.add(upstream);
                yield upstream;
            }
            case RouteConfig.Redirect redirect -> new Redirect(redirect);
        };
    }

    /** Closes the connections to upstreams. */
    @Override
    public void close() {
        proxies.forEach(ReverseProxy::close);
    }
}
