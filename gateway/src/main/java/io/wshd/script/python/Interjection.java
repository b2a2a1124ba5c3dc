package io.wshd.script.python;

import com.oracle.graal.python.nodes.PRootNode;
import com.oracle.graal.python.runtime.PythonContext;
import com.oracle.truffle.api.ThreadLocalAction;
import com.oracle.truffle.api.nodes.RootNode;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Something that a thread does between two steps of what it runs. */
final class Interjection extends ThreadLocalAction {

    private final Consumer<Access> action;

    private Interjection(Consumer<Access> action) {
        super(true, false);
        this.action = action;
    }

    /**
     * Has a thread do it at its next step, which never comes if it waits. Any thread, does not block.
     *
     * @param action must be quick
     */
    static Future<Void> submit(PythonContext python, Thread thread, Consumer<Access> action) {
        return python.getEnv().submitThreadLocal(new Thread[] {thread}, new Interjection(action));
    }

    /** Whether the step is one of a script, rather than one within the interpreter's own library. */
    static boolean isScripts(Access access) {
        RootNode root = access.getLocation().getRootNode();
        return root instanceof PRootNode && !root.isInternal();
    }

    @Override
    protected void perform(Access access) {
        action.accept(access);
    }
}
