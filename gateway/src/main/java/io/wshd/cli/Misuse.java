package io.wshd.cli;

import io.wshd.config.Spelling;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a mistake on the command line in one line, with the nearest word that exists and where to read more. */
final class Misuse implements IParameterExceptionHandler {

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        var command = e.getCommandLine();
        command.getErr()
                .println(command.getCommandSpec().qualifiedName() + ": " + what(e, command) + " See "
                        + command.getCommandSpec().qualifiedName() + " --help.");
        command.getErr().flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String what(ParameterException e, CommandLine command) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            var text = e.getMessage();
            return text.endsWith(".") ? text : text + ".";
        }
        var word = unmatched.getUnmatched().getFirst();
        if (word.startsWith("-")) {
            var option = word.replaceFirst("=.*", "");
            return "unknown option \"" + option + "\"." + Spelling.didYouMean(option, options(command));
        }
        var commands = command.getSubcommands().keySet();
        if (commands.isEmpty()) {
            return "unexpected \"" + word + "\"; a command stands before its options.";
        }
        return "unknown command \"" + word + "\"." + Spelling.didYouMean(word, commands);
    }

    private static List<String> options(CommandLine command) {
        var names = new ArrayList<String>();
        command.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
        names.removeIf(name -> !name.startsWith("--"));
        return names;
    }
}
