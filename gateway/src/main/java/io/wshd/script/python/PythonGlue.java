package io.wshd.script.python;

import io.wshd.script.UpgradeView;
import org.graalvm.polyglot.Value;

/** The entry points of {@code _wshd.py}, looked up once. */
final class PythonGlue {

    private final Value addPath;
    private final Value load;
    private final Value check;
    private final Value handshake;
    private final Value transfer;

    private final Value explain;

    /**
     * @param bootstrapped what {@code bootstrap.py} returns: the module, and two functions beside it
     */
    PythonGlue(Value bootstrapped) {
        Value module = bootstrapped.getArrayElement(0);
        this.explain = bootstrapped.getArrayElement(1);
        this.addPath = bootstrapped.getArrayElement(2);
        this.load = module.getMember("load");
        this.check = module.getMember("check");
        this.handshake = module.getMember("handshake");
        this.transfer = module.getMember("transfer");
    }

    /** Puts a directory in front of {@code sys.path}, unless it is there. */
    void addModules(String directory) {
        addPath.executeVoid(directory);
    }

    /** Runs a module's top-level code; what it raises is thrown as a PolyglotException. */
    Value load(String module, String file, String text) {
        return load.execute(module, file, text);
    }

    /** Why {@link #load} raised: the line in {@code file} or 0, a newline, and what is wrong. */
    String explain(Value error, String file) {
        return explain.execute(error, file).asString();
    }

    /** The names of required functions that a module lacks, joined by commas. */
    String missing(Value module) {
        return check.execute(module).asString();
    }

    /** Runs the handshake hook; the result says what came of it. */
    Value handshake(Value module, UpgradeView upgrade, PythonConnection connection) {
        return handshake.execute(module, upgrade, connection);
    }

    /** Runs the handler to its end and closes the session; returns what the log should say, or nothing. */
    String transfer(Value module, Value outcome, PythonSession session) {
        return transfer.execute(module, outcome, session).asString();
    }
}
