package io.wshd.proxy;

import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** Gateways with a proxy. */
final class Proxied {

    private Proxied() {}

    /**
     * One application below one path.
     *
     * @param settings as after {@code --set}
     */
    static TestGateway at(String path, URI upstream, String... settings) {
        return route(path, "proxy = \"" + upstream + "\"", settings);
    }

    /** One route, its content in HOCON. */
    static TestGateway route(String path, String route, String... settings) {
        return conf("hosts { \"*\" { routes { \"" + path + "\" { " + route + " } } } }", settings);
    }

    /** A whole configuration but for the listener. */
    static TestGateway conf(String conf, String... settings) {
        return TestGateway.with(List.of(settings), "conf/gateway.conf", listening(conf));
    }

    /** One request; the head of its answer. */
    static String ask(TestGateway gateway, String request) throws IOException {
        try (var client = new RawHttp(gateway.port())) {
            client.send(request);
            return client.head();
        }
    }

    static int status(String head) {
        return Integer.parseInt(head.split(" ")[1]);
    }

    static String listening(String conf) {
        return "listeners { http { bind = \"127.0.0.1:0\" } }\n" + conf;
    }

    /** The servers as a list in HOCON. */
    static String servers(RawUpstream... upstreams) {
        return Stream.of(upstreams)
                .map(upstream -> "\"" + upstream.uri("") + "\"")
                .toList()
                .toString();
    }
}
