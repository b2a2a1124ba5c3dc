package io.wshd.script.python;

import java.util.Optional;
import java.util.Set;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;

/** The documentation of the modules that handlers import. */
public final class PythonDoc {

    private PythonDoc() {}

    /**
     * What {@code pydoc} would print about a name. Starts an interpreter of its own, which takes seconds.
     *
     * @return empty when there is nothing of that name
     */
    public static Optional<String> of(String name) {
        try (Context context = PythonInterpreter.builder().allowIO(IOAccess.ALL).build()) {
            PythonInterpreter.bootstrap(context, true, Set.of());
            Value doc = context.eval(Source.newBuilder(
                            "python", PythonInterpreter.resource("/io/wshd/script/python/doc.py"), "<wshd>/doc.py")
                    .buildLiteral());
            Value text = doc.execute(name);
            return text.isNull() ? Optional.empty() : Optional.of(text.asString());
        }
    }
}
