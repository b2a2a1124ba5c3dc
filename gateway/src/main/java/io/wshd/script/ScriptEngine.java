package io.wshd.script;

import com.oracle.truffle.api.Truffle;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one polyglot engine of the process: contexts of one engine share compiled code, and an engine for each costs
 * seconds and tens of megabytes.
 */
public final class ScriptEngine {

    private static final Logger LOG = LoggerFactory.getLogger("script.engine");

    /**
     * What scripts see of Java: members marked as exported, and nothing else. All contexts of an engine must have this
     * very object, or creating one throws.
     */
    private static final HostAccess HOST_ACCESS = HostAccess.newBuilder(HostAccess.EXPLICIT)
            .allowBufferAccess(true)
            .allowArrayAccess(true)
            .build();

    /** Of a function, until it is compiled. A loop is when it has gone round often enough. */
    public static final int CALLS = 8000;

    private ScriptEngine() {}

    private static final class Holder {
        static final Engine ENGINE = build();

        private static Engine build() {
            Engine.Builder builder = builder();
            // Without a compiler there are none of its options either.
            if (!isInterpreter(Truffle.getRuntime().getName())) {
                // Searching a string from its end counts as a million rounds of a loop: the first imports would
                // start the compiler, which takes seconds of both cores. So calls count alone.
                builder.option("engine.FirstTierMinInvokeThreshold", String.valueOf(CALLS))
                        .option("engine.FirstTierCompilationThreshold", String.valueOf(CALLS))
                        // What is still interpreted goes before what is to be compiled a second time, more thoroughly.
                        .option("engine.TraversingQueueFirstTierPriority", "true");
            }
            return builder.build();
        }

        private static Engine.Builder builder() {
            return Engine.newBuilder()
                    .allowExperimentalOptions(true)
                    .option("engine.WarnInterpreterOnly", "false")
                    .option("engine.WarnVirtualThreadSupport", "false")
                    .logHandler(new ToLog());
        }
    }

    /** Whether guest code is compiled to machine code; otherwise it is interpreted, many times slower. */
    public static boolean compiles() {
        return !isInterpreter(Holder.ENGINE.getImplementationName());
    }

    private static boolean isInterpreter(String runtime) {
        return runtime.startsWith("Interpreted");
    }

    /** How guest code runs, for people: {@code compiled} or {@code interpreted}. */
    static String mode() {
        return compiles() ? "compiled" : "interpreted";
    }

    /** A builder of contexts for one language ({@code python}, {@code js}), with no access to the host yet. */
    public static Context.Builder context(String language) {
        return Context.newBuilder(language)
                .engine(Holder.ENGINE)
                .allowHostAccess(HOST_ACCESS)
                .allowExperimentalOptions(true)
                .allowValueSharing(false);
    }

    private static final class ToLog extends Handler {
        @Override
        public void publish(LogRecord event) {
            if (event.getLevel().intValue() >= Level.WARNING.intValue()) {
                LOG.warn("{}", event.getMessage(), event.getThrown());
            } else {
                LOG.debug("{}", event.getMessage(), event.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
