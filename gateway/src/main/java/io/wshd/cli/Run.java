package io.wshd.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin
    private ConfOptions conf;

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
        return Serving.serve(conf::read, spec.commandLine());
    }
}
