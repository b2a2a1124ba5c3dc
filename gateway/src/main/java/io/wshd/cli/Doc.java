package io.wshd.cli;

import io.wshd.script.python.PythonDoc;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the documentation of a module that Python handlers may import. */
@Command(
        name = "doc",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Prints the documentation of a Python module, class or function, as pydoc does.",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  wshd doc mod_pywebsocket                     what there is",
            "  wshd doc mod_pywebsocket.stream              one of its modules",
            "  wshd doc mod_pywebsocket.stream.Stream       what request.ws_stream has",
            "  wshd doc six",
            "",
            "Exit status: 0 when there is such documentation, 1 when not."
        })
final class Doc implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "mod_pywebsocket, pywebsocket3, six or what is in them.")
    private String name;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var text = PythonDoc.of(name);
        if (text.isEmpty()) {
            var err = spec.commandLine().getErr();
            err.println("wshd doc: there is no documentation of \"" + name
                    + "\"; expected a module such as mod_pywebsocket.stream.");
            err.flush();
            return 1;
        }
        var out = spec.commandLine().getOut();
        out.print(text.get());
        out.flush();
        return 0;
    }
}
