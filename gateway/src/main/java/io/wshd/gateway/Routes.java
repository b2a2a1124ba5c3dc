package io.wshd.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.NameVirtualHostHandler;
import io.undertow.server.handlers.PathHandler;
import io.undertow.server.handlers.ResponseCodeHandler;
import io.wshd.config.ConfigException;
import io.wshd.config.GatewayConfig;
import io.wshd.config.HostConfig;
import io.wshd.config.RouteConfig;
import io.wshd.config.UpstreamConfig;
import io.wshd.files.StaticFiles;
import io.wshd.proxy.ReverseProxy;
import io.wshd.proxy.Upstreams;
import io.wshd.script.ScriptRuntime;
import io.wshd.script.Scripts;
import io.wshd.websocket.Sessions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The hosts and routes of one configuration as handlers; the longest path that matches a request wins. What is configured
 * as in the routes before keeps its very handler, and with it all that goes on there.
 */
final class Routes {

    private record Place(String host, String path) {}

    /**
     * What answers at one place.
     *
     * @param content null for a route with scripts alone
     * @param scripts null for one without
     */
    private record Mounted(RouteConfig config, HttpHandler content, Scripts scripts, HttpHandler handler) {}

    private final GatewayConfig config;
    private final ScriptRuntime runtime;
    private final Sessions sessions;
    private final Upstreams upstreams;
    private final Map<Place, Mounted> mounted = new HashMap<>();
    private final HttpHandler handler;
    private int unchanged;

    /**
     * @param before the routes in use, or null
     * @throws ConfigException if what a route names is not there any more, or cannot be used
     */
    Routes(GatewayConfig config, ScriptRuntime runtime, Sessions sessions, Upstreams upstreams, Routes before)
            throws ConfigException {
        this.config = config;
        this.runtime = runtime;
        this.sessions = sessions;
        this.upstreams = upstreams;
        this.handler = hosts(before);
    }

    HttpHandler handler() {
        return handler;
    }

    private HttpHandler hosts(Routes before) throws ConfigException {
        List<String> mistakes = new ArrayList<>();
        NameVirtualHostHandler hosts = new NameVirtualHostHandler();
        hosts.setDefaultHandler(ResponseCodeHandler.HANDLE_404);
        for (HostConfig host : config.hosts()) {
            PathHandler paths = new PathHandler(ResponseCodeHandler.HANDLE_404);
            for (RouteConfig route : host.routes()) {
                try {
                    Place place = new Place(host.name(), route.path());
                    Mounted one = mount(route, before == null ? null : before.mounted.get(place), before);
                    mounted.put(place, one);
                    paths.addPrefixPath(route.path(), one.handler());
                } catch (IOException e) {
                    mistakes.add(route.place() + ": cannot be read: " + e);
                } catch (ConfigException e) {
                    mistakes.addAll(e.mistakes());
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

    private Mounted mount(RouteConfig route, Mounted old, Routes before) throws IOException, ConfigException {
        boolean sameSettings = old != null
                && before.config.websocket().equals(config.websocket())
                && before.config.scripts().equals(config.scripts());
        if (old != null && old.config().equals(route) && (old.scripts() == null || sameSettings)) {
            unchanged++;
            return old;
        }
        HttpHandler content = content(route, old);
        if (route.scripts().isEmpty()) {
            return new Mounted(route, content, null, content);
        }
        Scripts scripts = scripts(route, old);
        return new Mounted(route, content, scripts, new ScriptRoute(scripts, route, content, sessions, config));
    }

    private HttpHandler content(RouteConfig route, Mounted old) throws IOException, ConfigException {
        if (route.content().isEmpty()) {
            return null;
        }
        if (old != null && old.config().content().equals(route.content())) {
            return old.content();
        }
        return switch (route.content().get()) {
            case RouteConfig.Files files -> new StaticFiles(files.directory());
            case RouteConfig.Proxy proxy -> upstreams.proxy(proxy);
            case RouteConfig.Redirect redirect -> new Redirect(redirect);
        };
    }

    private Scripts scripts(RouteConfig route, Mounted old) throws IOException {
        boolean same = old != null
                && old.config().scripts().equals(route.scripts())
                && old.config().interpreter().equals(route.interpreter());
        if (same) {
            return old.scripts();
        }
        return switch (route.scripts().orElseThrow()) {
            case RouteConfig.Handler one -> runtime.file(one.file(), route.interpreter());
            case RouteConfig.Handlers all -> runtime.directory(all, route.interpreter());
        };
    }

    /** How many there are. */
    int count() {
        return mounted.size();
    }

    /** How many of these were there before and have not changed. */
    int unchanged() {
        return unchanged;
    }

    Set<ReverseProxy> proxies() {
        Set<ReverseProxy> proxies = new HashSet<>();
        for (Mounted one : mounted.values()) {
            if (one.content() instanceof ReverseProxy proxy) {
                proxies.add(proxy);
            }
        }
        return proxies;
    }

    Set<Scripts> scripts() {
        Set<Scripts> scripts = new HashSet<>();
        mounted.values().forEach(one -> Optional.ofNullable(one.scripts()).ifPresent(scripts::add));
        return scripts;
    }

    Set<UpstreamConfig> upstreams() {
        return upstreams(config);
    }

    static Set<UpstreamConfig> upstreams(GatewayConfig config) {
        Set<UpstreamConfig> found = new HashSet<>();
        for (HostConfig host : config.hosts()) {
            for (RouteConfig route : host.routes()) {
                if (route.content().orElse(null) instanceof RouteConfig.Proxy proxy) {
                    found.add(proxy.upstream());
                }
            }
        }
        return found;
    }
}
