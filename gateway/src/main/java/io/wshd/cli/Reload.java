package io.wshd.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has the running gateway read its configuration anew. */
@Command(
        name = "reload",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Has the running gateway read its configuration anew, as SIGHUP does. One with mistakes changes nothing;",
            "what is configured as before keeps running, WebSockets included."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  wshd reload                                  the gateway that runs with conf/gateway.conf",
            "  wshd reload --conf sites/blog.conf           that with another file",
            "",
            "Exit status: 0 when it is done, 1 when no gateway runs, 2 when the configuration has mistakes."
        })
final class Reload implements Callable<Integer> {

    @Mixin
    private ControlClient gateway;

    @Override
    public Integer call() {
        return gateway.send("reload");
    }
}
