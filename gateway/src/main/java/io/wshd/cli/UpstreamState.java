package io.wshd.cli;

import io.wshd.proxy.ServerWish;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes a server of an upstream out of use, or back. */
@Command(
        name = "upstream",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Takes a server behind a proxy out of use, or back, until the gateway ends.",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  wshd upstream drain app http://10.0.0.1:3000 only clients that a cookie keeps there",
            "  wshd upstream down app http://10.0.0.1:3000  nobody",
            "  wshd upstream auto app http://10.0.0.1:3000  as health checks say, again",
            "  wshd status                                  names and URLs",
            "",
            "Exit status: 0 when it is done, 1 when no gateway runs, 2 when it has no such server."
        })
final class UpstreamState implements Callable<Integer> {

    @Parameters(
            index = "0",
            paramLabel = "STATE",
            description = "drain, down, up (whatever health checks say) or auto.")
    private ServerWish state;

    @Parameters(index = "1", paramLabel = "NAME", description = "The upstream, as wshd status names it.")
    private String name;

    @Parameters(index = "2", paramLabel = "SERVER", description = "The server's URL.")
    private String server;

    @Mixin
    private ControlClient gateway;

    @Override
    public Integer call() {
        return gateway.send("upstream " + state.name().toLowerCase(Locale.ROOT) + " " + server + " " + name);
    }
}
