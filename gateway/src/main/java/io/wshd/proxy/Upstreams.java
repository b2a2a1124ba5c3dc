package io.wshd.proxy;

import io.undertow.connector.ByteBufferPool;
import io.wshd.config.ConfigException;
import io.wshd.config.ProxyConfig;
import io.wshd.config.RouteConfig;
import io.wshd.config.UpstreamConfig;
import io.wshd.security.ClientTls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/**
 * The applications behind all proxies of a gateway. Routes that name the same one share it, and one whose configuration
 * stays the same lives through reloads: its connections, its tunnels, and what is known of its servers.
 */
public final class Upstreams implements AutoCloseable {

    private final XnioWorker worker;
    private final ByteBufferPool buffers;
    private final Ticker[] tickers;
    private final XnioIoThread[] threads;
    private final Resolver resolver = new Resolver();
    private final byte[] random = new byte[32];
    private final Map<UpstreamConfig, Upstream> upstreams = new HashMap<>();
    private final Map<Upstream, HealthChecks> checks = new HashMap<>();

    public Upstreams(XnioWorker worker, ByteBufferPool buffers) {
        this.worker = worker;
        this.buffers = buffers;
        this.threads = new XnioIoThread[worker.getIoThreadCount()];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = worker.getIoThread(i);
        }
        this.tickers = new Ticker[threads.length];
        for (var thread : threads) {
            tickers[thread.getNumber()] = new Ticker(thread);
        }
        new SecureRandom().nextBytes(random);
    }

    /**
     * The handler of a route. Its upstream is made if there is none of that configuration yet.
     *
     * @throws ConfigException if certificates cannot be used
     */
    public synchronized ReverseProxy proxy(RouteConfig.Proxy rules) throws ConfigException {
        var upstream = upstreams.get(rules.upstream());
        if (upstream == null) {
            upstream = create(rules.upstream());
            upstreams.put(rules.upstream(), upstream);
        }
        return new ReverseProxy(rules, upstream, buffers);
    }

    private Upstream create(UpstreamConfig config) throws ConfigException {
        var upstream = new Upstream(config, resolver, buffers, tickers, random, tls(config), worker);
        config.settings()
                .health()
                .ifPresent(
                        health -> checks.put(upstream, new HealthChecks(upstream, health, threads, tickers, buffers)));
        return upstream;
    }

    private static SSLContext tls(UpstreamConfig config) throws ConfigException {
        boolean secure = config.servers().stream()
                .anyMatch(server -> server.url().getScheme().equalsIgnoreCase("https"));
        ProxyConfig.Tls tls = config.settings().tls();
        try {
            return secure ? ClientTls.context(tls.authorities(), tls.certificate(), tls.key()) : null;
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigException(List.of(config.place() + ": tls: " + e.getMessage() + "."));
        }
    }

    /** Forgets the upstreams that no configuration names any more; what they have under way goes on. */
    public synchronized void retain(Collection<UpstreamConfig> configured) {
        for (var config : List.copyOf(upstreams.keySet())) {
            if (!configured.contains(config)) {
                close(upstreams.remove(config));
            }
        }
    }

    private void close(Upstream upstream) {
        var check = checks.remove(upstream);
        if (check != null) {
            check.close();
        }
        upstream.close();
    }

    /** What is with every upstream and its servers, in no order. */
    public synchronized List<UpstreamStatus> status() {
        return upstreams.values().stream().map(UpstreamStatus::of).toList();
    }

    /**
     * Has a server do as an operator wishes, until the next wish or until its upstream's configuration changes.
     *
     * @param server the URL
     * @return the state of the server now; empty when there is no such server
     */
    public synchronized Optional<String> override(String upstream, String server, ServerWish wish) {
        var found = new ArrayList<Server>();
        for (var candidate : upstreams.values()) {
            if (candidate.config().name().equals(upstream)) {
                candidate.servers().stream()
                        .filter(one -> one.toString().equals(server))
                        .forEach(found::add);
            }
        }
        found.forEach(one -> one.wish(wish));
        return found.stream().map(Server::state).findFirst();
    }

    @Override
    public synchronized void close() {
        List.copyOf(upstreams.values()).forEach(this::close);
        upstreams.clear();
        resolver.close();
    }
}
