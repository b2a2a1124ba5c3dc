package io.wshd.cli;

import io.wshd.gateway.Gateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the gateway that a configuration file describes, and stays until a signal ends it. */
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
        return Serving.serve(conf::read, spec.commandLine(), this::control);
    }

    /** The gateway runs without a control socket as well. */
    private Optional<ControlServer> control(Gateway gateway) {
        var commands = new GatewayCommands(conf, gateway);
        Hangup.handle(commands::reload);
        var file = socket == null ? ControlFile.of(conf.file()) : socket;
        try {
            return Optional.of(ControlServer.open(file, commands));
        } catch (IOException e) {
            LOG.warn("no reload, status and stop by command; {}: {}", file, e.getMessage());
            return Optional.empty();
        }
    }
}
