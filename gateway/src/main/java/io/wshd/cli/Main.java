package io.wshd.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line's entry. Exit statuses: 0 done, 1 failed, 2 a mistake in the command line or the configuration.
 */
@Command(
        name = "wshd",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            Run.class,
            Check.class,
            Reload.class,
            Status.class,
            UpstreamState.class,
            Stop.class,
            New.class,
            Try.class,
            Standalone.class,
            Doc.class
        },
        description = "Serves files, proxies applications and runs WebSocket handler scripts.",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands (run, when none is given):%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  wshd                          serve what conf/gateway.conf says",
            "  wshd -p 9000                  on another port",
            "  wshd check                    only look for mistakes in it",
            "  wshd reload                   change a running gateway to what it says now",
            "  wshd new py greet             a handler to start from, and a page for it",
            "  wshd try /echo hello          send it a message",
            "  wshd standalone -p 9998 -w handlers   as pywebsocket's standalone.py",
            "  wshd doc mod_pywebsocket.stream       what Python handlers may use",
            "  wshd run --help               all options of a command"
        })
public final class Main implements Runnable {

    private static final Set<String> OWN_OPTIONS = Set.of("-h", "--help", "-V", "--version");

    @Spec
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        int status = execute(args);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Blocks until the command is done; that is for {@code run} until the gateway stops. */
    static int execute(String... args) {
        var all = withCommand(args);
        return switch (all[0]) {
            case "run" -> execute(new Run(), "wshd run", all);
            case "check" -> execute(new Check(), "wshd check", all);
            case "standalone" -> standalone(all);
            case "doc" -> execute(new Doc(), "wshd doc", all);
            default -> ready(new CommandLine(new Main())).execute(all);
        };
    }

    private static int standalone(String... all) {
        try {
            var arguments = StandaloneFile.expand(List.of(all).subList(1, all.length));
            return ready(new CommandLine(new Standalone()).setCommandName("wshd standalone"))
                    .setOverwrittenOptionsAllowed(true)
                    .execute(arguments.toArray(String[]::new));
        } catch (IOException e) {
            System.err.println("wshd standalone: --config: cannot be read: " + e);
            return 2;
        }
    }

    /** Without the other commands: picocli's reflection on each costs a tenth of a second of the start. */
    private static int execute(Object command, String name, String... args) {
        return ready(new CommandLine(command).setCommandName(name)).execute(Arrays.copyOfRange(args, 1, args.length));
    }

    private static CommandLine ready(CommandLine commandLine) {
        return commandLine
                .setParameterExceptionHandler(new Misuse())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(100);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command.");
    }

    /** Puts {@code run} before options that stand alone. */
    private static String[] withCommand(String... args) {
        if (args.length > 0 && (!args[0].startsWith("-") || OWN_OPTIONS.contains(args[0]))) {
            return args;
        }
        var all = new ArrayList<>(List.of(args));
        all.addFirst("run");
        return all.toArray(String[]::new);
    }
}
