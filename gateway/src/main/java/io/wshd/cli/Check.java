package io.wshd.cli;

import io.wshd.config.ConfigException;
import io.wshd.config.GatewayConfig;
import io.wshd.gateway.Bind;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Reads the configuration, binds each listener for a moment, and tells what is wrong or that nothing is. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Looks for mistakes in the configuration and for ports that cannot be had; starts nothing.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  wshd check                                   conf/gateway.conf",
            "  wshd check --conf sites/blog.conf            another file",
            "  wshd check --set http.idle-timeout=5m        whether a setting would do",
            "",
            "Exit status: 0 when all is well, 2 when there are mistakes."
        })
final class Check implements Callable<Integer> {

    @Mixin
    private ConfOptions conf;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try {
            var config = conf.read();
            var complaints = config.listeners().stream()
                    .map(Bind::complaint)
                    .flatMap(Optional::stream)
                    .toList();
            if (!complaints.isEmpty()) {
                throw new ConfigException(complaints);
            }
            var out = spec.commandLine().getOut();
            out.println(conf.file() + ": ok (" + contents(config) + ")");
            out.flush();
            return 0;
        } catch (ConfigException e) {
            var err = spec.commandLine().getErr();
            err.println(e.report("nothing was started"));
            err.flush();
            return 2;
        }
    }

    private static String contents(GatewayConfig config) {
        long routes =
                config.hosts().stream().mapToLong(host -> host.routes().size()).sum();
        return count(config.listeners().size(), "listener") + ", "
                + count(config.hosts().size(), "host") + ", " + count(routes, "route");
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
