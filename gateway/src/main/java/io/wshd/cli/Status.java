package io.wshd.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells what the running gateway is doing. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Tells what the running gateway is doing: its listeners, the scripts with their versions and"
                + " connections, and the servers behind its proxies.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExit status:%n",
        footer = "  0 when a gateway runs with the configuration file, 1 when none does.")
final class Status implements Callable<Integer> {

    @Mixin
    private ControlClient gateway;

    @Override
    public Integer call() {
        return gateway.send("status");
    }
}
