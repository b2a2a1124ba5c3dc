package io.wshd.script.python;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.oracle.graal.python.builtins.objects.function.PFunction;
import com.oracle.graal.python.runtime.PythonContext;
import com.oracle.truffle.api.CallTarget;
import com.oracle.truffle.runtime.OptimizedCallTarget;
import io.wshd.script.ScriptEngine;
import java.time.Duration;
import java.util.Set;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class CompilationTest {

    /** For a compiler that has not run yet, and is compiled itself meanwhile. */
    private static final Duration COLD = Duration.ofMinutes(4);

    private static final Logger LOG = LoggerFactory.getLogger(CompilationTest.class);

    private static int modules;

    private static Context context;
    private static PythonGlue glue;

    @BeforeAll
    static void start() {
        assumeTrue(ScriptEngine.compiles());
        context = PythonInterpreter.builder().allowIO(IOAccess.ALL).build();
        glue = PythonInterpreter.bootstrap(context, false, Set.of());
    }

    @AfterAll
    static void stop() {
        if (context != null) {
            context.close(true);
        }
    }

    @Test
    void manyConnectionsHaveWhatTheyCallCompiled() throws Exception {
        Value module = module();
        var compilation = of(module);
        for (int i = 1; i < Compilation.CONNECTIONS; i++) {
            serve(compilation, module);
        }
        assertThat(isConsidered(module, "transfer")).isFalse();

        serve(compilation, module);
        eventually(COLD, () -> assertThat(isCompiled(module, "transfer")).isTrue());
        assertThat(isConsidered(module, "unused")).isFalse();
    }

    @Test
    void manyMessagesOfAConnectionHaveWhatItCallsCompiledForTheNext() throws Exception {
        Value module = module();
        var compilation = of(module);
        serve(compilation, module);
        compilation.count(Compilation.MESSAGES - 1);
        serve(compilation, module);
        assertThat(isConsidered(module, "transfer")).isFalse();

        compilation.count(Compilation.MESSAGES);
        serve(compilation, module);
        eventually(COLD, () -> assertThat(isCompiled(module, "transfer")).isTrue());
    }

    @Test
    void whatWasCompiledQuicklyIsCompiledThoroughlyNext() throws Exception {
        Value module = module();
        var compilation = of(module);
        compilation.count(Compilation.MESSAGES);
        serve(compilation, module);
        eventually(COLD, () -> {
            // Not called again, or Truffle would do it on its own account.
            compilation.beforeCall();
            assertThat(target(module, "transfer") instanceof OptimizedCallTarget target && target.isValidLastTier())
                    .isTrue();
        });
    }

    @Test
    void whatCallsAScriptAndWhatItCallsIsCompiledAsWell() {
        assertThat(glue.functions(module()))
                .extracting(function -> function.getMember("__qualname__").asString())
                .containsExactly("transfer", "unused");
        assertThat(glue.ownFunctions())
                .extracting(function -> function.getMember("__qualname__").asString())
                .contains("enter", "transfer", "handshake", "HostStream.receive_message", "Request.__init__");
    }

    @Test
    void connectionsOfAllScriptsCountForWhatIsAroundThem() throws Exception {
        Value around = module();
        var own = Compilation.ofInterpreter(context, glue).ofScript(() -> glue.functions(around), LOG);
        Value one = module();
        Value other = module();
        var first = own.ofScript(() -> glue.functions(one), LOG);
        var second = own.ofScript(() -> glue.functions(other), LOG);
        for (int i = 0; i < Compilation.CONNECTIONS / 2; i++) {
            around.invokeMember("transfer");
            serve(first, one);
            serve(second, other);
        }
        eventually(COLD, () -> assertThat(isCompiled(around, "transfer")).isTrue());
        assertThat(isConsidered(one, "transfer")).isFalse();
        assertThat(isConsidered(other, "transfer")).isFalse();

        first.count(Compilation.MESSAGES);
        serve(first, one);
        eventually(COLD, () -> assertThat(isCompiled(one, "transfer")).isTrue());
        assertThat(isConsidered(other, "transfer")).isFalse();
    }

    @Test
    void anInterpreterThatHasEndedIsNoReasonToFail() {
        Context ended = PythonInterpreter.builder().allowIO(IOAccess.ALL).build();
        PythonGlue itsGlue = PythonInterpreter.bootstrap(ended, false, Set.of());
        Value module = module(ended);
        var compilation = Compilation.ofInterpreter(ended, itsGlue).ofScript(() -> itsGlue.functions(module), LOG);
        compilation.count(Compilation.MESSAGES);
        ended.close(true);
        compilation.beforeCall();
    }

    private static Compilation of(Value module) {
        return Compilation.ofInterpreter(context, glue).ofScript(() -> glue.functions(module), LOG);
    }

    private static Value module() {
        return module(context);
    }

    /** No two of one text, which would have their compiled code together. */
    private static Value module(Context context) {
        modules++;
        return context.eval("python", """
                import types
                script = types.ModuleType('script')
                exec('''# %d
                def transfer():
                    for number in range(10):
                        number += 1

                def unused():
                    pass
                ''', vars(script))
                script
                """.formatted(modules));
    }

    private static void serve(Compilation compilation, Value module) {
        compilation.beforeCall();
        module.invokeMember("transfer");
    }

    private static boolean isCompiled(Value module, String function) {
        return target(module, function) instanceof OptimizedCallTarget target && target.isValid();
    }

    /** Whether it is compiled, or about to be. */
    private static boolean isConsidered(Value module, String function) {
        return target(module, function) instanceof OptimizedCallTarget target
                && (target.isValid() || target.isSubmittedForCompilation());
    }

    /** Not of its own type, which cannot be loaded before there is an engine. */
    private static CallTarget target(Value module, String function) {
        context.enter();
        try {
            Object guest = PythonContext.get(null).getEnv().asGuestValue(module.getMember(function));
            return ((PFunction) guest).getCallTarget();
        } finally {
            context.leave();
        }
    }
}
