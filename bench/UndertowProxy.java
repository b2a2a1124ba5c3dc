import io.undertow.Undertow;
import io.undertow.server.handlers.PathHandler;
import io.undertow.server.handlers.proxy.LoadBalancingProxyClient;
import io.undertow.server.handlers.proxy.ProxyHandler;
import java.net.InetSocketAddress;
import java.net.URI;

/**
 * The proxy that comes with Undertow, for bench/proxy: 64 connections to the upstream together, all else as it is by
 * default. Argument: the URL behind /app.
 */
class UndertowProxy {

    public static void main(String[] args) throws Exception {
        var paths = new PathHandler();
        paths.addPrefixPath("/app", proxy(args[0]));
        var undertow = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setIoThreads(Runtime.getRuntime().availableProcessors())
                .setHandler(paths)
                .build();
        undertow.start();
        var address = (InetSocketAddress) undertow.getListenerInfo().getFirst().getAddress();
        System.out.println("listening on http://127.0.0.1:" + address.getPort() + "/");
    }

    private static ProxyHandler proxy(String url) throws Exception {
        var client = new LoadBalancingProxyClient()
                .setConnectionsPerThread(Math.max(1, 64 / Runtime.getRuntime().availableProcessors()))
                .addHost(URI.create(url));
        return ProxyHandler.builder().setProxyClient(client).build();
    }
}
