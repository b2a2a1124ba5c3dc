package io.wshd.cli;

import io.wshd.config.ConfigException;
import io.wshd.gateway.Bind;
import io.wshd.gateway.Gateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Starts the gateway and stays until a signal ends it. Prints {@code listening on http://127.0.0.1:8080/} for each
 * listener, in the order of the configuration, once connections are accepted.
 */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Starts the gateway and serves until SIGTERM or Ctrl-C.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  wshd run                                     what conf/gateway.conf says",
            "  wshd run -p 0                                on any free port; the first line printed names it",
            "  wshd run --conf sites/blog.conf              another file",
            "  wshd run --set http.max-body=10MiB           another limit, this time",
            "  wshd run --log-level debug                   see more",
            "",
            "Exit status: 0 after a signal, 2 when the configuration has mistakes."
        })
final class Run implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger("gateway");

    @Mixin
    private ConfOptions conf;

    @Option(
            names = "--control",
            paramLabel = "SOCKET",
            description = "Where wshd reload, status and stop find the gateway. Default: a place made of the user and"
                    + " the configuration file.")
    private Path socket;

    /** Acts by itself, while it is read. */
    @Mixin
    @SuppressWarnings("UnusedVariable")
    private LogOptions log;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (Training.isWanted()) {
            Training.run();
            return 0;
        }
        try {
            var gateway = Gateway.start(conf.read());
            var commands = new GatewayCommands(conf, gateway);
            var server = control(commands);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway, server), "stop"));
            Hangup.handle(commands::reload);
            var out = spec.commandLine().getOut();
            gateway.addresses().forEach(address -> out.println("listening on " + url(address)));
            out.flush();
            new CountDownLatch(1).await();
            return 0;
        } catch (ConfigException e) {
            var err = spec.commandLine().getErr();
            err.println(e.report("nothing was started"));
            err.flush();
            return 2;
        }
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

    /** The gateway runs without a control socket as well. */
    private Optional<ControlServer> control(GatewayCommands commands) {
        var file = socket == null ? ControlFile.of(conf.file()) : socket;
        try {
            return Optional.of(ControlServer.open(file, commands));
        } catch (IOException e) {
            LOG.warn("no reload, status and stop by command; {}: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    static String url(InetSocketAddress address) {
        var host = address.getAddress().getHostAddress().replaceFirst("%.*", "");
        return "http://" + Bind.shown(host.equals("0:0:0:0:0:0:0:0") ? "::" : host, address.getPort()) + "/";
    }
}
