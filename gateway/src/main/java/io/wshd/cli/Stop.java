package io.wshd.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends the running gateway. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Ends the running gateway, as SIGTERM does: WebSockets are closed, requests may finish.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExit status:%n",
        footer = "  0 when it is about to end, 1 when none runs with the configuration file.")
final class Stop implements Callable<Integer> {

    @Mixin
    private ControlClient gateway;

    @Override
    public Integer call() {
        return gateway.send("stop");
    }
}
