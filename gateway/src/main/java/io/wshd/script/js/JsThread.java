package io.wshd.script.js;

import com.oracle.truffle.api.ThreadLocalAction;
import com.oracle.truffle.api.TruffleLanguage;
import com.oracle.truffle.api.nodes.Node;
import com.oracle.truffle.js.runtime.Errors;
import com.oracle.truffle.js.runtime.JSRealm;
import java.util.function.Consumer;
import org.graalvm.polyglot.Context;

/**
 * The thread that runs the script of one JavaScript context, as the watchdog deals with it. GraalJS has no public API for
 * it; hence in this one place, and covered by tests.
 */
final class JsThread {

    private final TruffleLanguage.Env env;

    JsThread(Context context) {
        context.enter();
        try {
            env = JSRealm.get(null).getEnv();
        } finally {
            context.leave();
        }
    }

    /** Runs something on the thread, between two steps of what it runs; gets where that is. */
    void interject(Thread thread, Consumer<Node> action) {
        var _ = env.submitThreadLocal(new Thread[] {thread}, new ThreadLocalAction(true, false) {
            @Override
            protected void perform(Access access) {
                action.accept(access.getLocation());
            }
        });
    }

    /** Throws an error in what the thread runs. */
    void raise(Thread thread, String message) {
        interject(thread, location -> {
            throw Errors.createRangeError(message, location);
        });
    }
}
