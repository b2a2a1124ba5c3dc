package io.wshd.cli;

import io.wshd.config.ConfigException;
import io.wshd.config.GatewayConfig;
import io.wshd.gateway.Bind;
import io.wshd.gateway.Gateway;
import java.net.InetSocketAddress;
import java.security.Security;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import picocli.CommandLine;

/**
 * A gateway for the lifetime of the process. Prints {@code listening on http://127.0.0.1:8080/} for each listener, in
 * the order of the configuration, once connections are accepted.
 */
final class Serving {

    private Serving() {}

    /** Where a configuration comes from. */
    @FunctionalInterface
    interface Source {
        GatewayConfig read() throws ConfigException;
    }

    /**
     * Serves until a signal ends the process.
     *
     * @param control has a gateway take commands, if it can
     * @return 2 when the configuration has mistakes
     */
    static int serve(Source source, CommandLine commandLine, Function<Gateway, Optional<ControlServer>> control)
            throws InterruptedException {
        keepNamesBriefly();
        try {
            var config = source.read();
            var gateway = Gateway.start(config);
            var server = control.apply(gateway);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway, server), "stop"));
            var out = commandLine.getOut();
            var addresses = gateway.addresses();
            for (int i = 0; i < addresses.size(); i++) {
                boolean secure = config.listeners().get(i).tls().isPresent();
                out.println("listening on " + url(secure ? "https" : "http", addresses.get(i)));
            }
            out.flush();
            new CountDownLatch(1).await();
            return 0;
        } catch (ConfigException e) {
            var err = commandLine.getErr();
            err.println(e.report("nothing was started"));
            err.flush();
            return 2;
        }
    }

    /**
     * The JDK keeps the answers of name servers for 30 s, which would be added to {@code proxy.dns-refresh}. It looks at
     * this when it asks for a name for the first time.
     */
    private static void keepNamesBriefly() {
        Security.setProperty("networkaddress.cache.ttl", "1");
    }

    /**
     * Ends with status 0: the JVM's own after a signal is 128 and the signal's number, which service managers take
     * for a failure. Shutdown hooks run side by side, and {@code halt} waits for none of them: all that has to be
     * done at the end belongs into {@link Gateway#close}.
     */
    private static void stop(Gateway gateway, Optional<ControlServer> control) {
        int status = 1;
        try {
            control.ifPresent(ControlServer::close);
            gateway.close();
            status = 0;
        } finally {
            Runtime.getRuntime().halt(status);
        }
    }

    static String url(String scheme, InetSocketAddress address) {
        var host = address.getAddress().getHostAddress().replaceFirst("%.*", "");
        return scheme + "://" + Bind.shown(host.equals("0:0:0:0:0:0:0:0") ? "::" : host, address.getPort()) + "/";
    }
}
