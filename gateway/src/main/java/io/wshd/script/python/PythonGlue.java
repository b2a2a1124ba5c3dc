package io.wshd.script.python;

import io.wshd.script.UpgradeView;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** The entry points of {@code _wshd.py}, looked up once. */
final class PythonGlue {

    private final Value setup;
    private final Value addPath;
    private final Value load;
    private final Value unload;
    private final Value forget;
    private final Value enter;
    private final Value where;
    private final Value deadline;
    private final Value late;
    private final Value need;
    private final Value startCompiler;
    private final Value functions;
    private final Value ownFunctions;
    private final Value check;
    private final Value handshake;
    private final Value transfer;

    private final Value explain;

    /**
     * @param bootstrapped what {@code bootstrap.py} returns: the module, and a function beside it
     */
    PythonGlue(Value bootstrapped) {
        Value module = bootstrapped.getArrayElement(0);
        this.explain = bootstrapped.getArrayElement(1);
        this.setup = module.getMember("setup");
        this.addPath = module.getMember("add_path");
        this.load = module.getMember("load");
        this.unload = module.getMember("unload");
        this.forget = module.getMember("forget");
        this.enter = module.getMember("enter");
        this.where = module.getMember("where");
        this.deadline = module.getMember("deadline");
        this.late = module.getMember("late");
        this.need = module.getMember("need");
        this.startCompiler = module.getMember("start_compiler");
        this.functions = module.getMember("functions");
        this.ownFunctions = module.getMember("own_functions");
        this.check = module.getMember("check");
        this.handshake = module.getMember("handshake");
        this.transfer = module.getMember("transfer");
    }

    /** Puts a directory in front of {@code sys.path}, unless it is there. */
    void addModules(String directory) {
        addPath.executeVoid(directory);
    }

    /**
     * Prepares what all scripts see.
     *
     * @param guard what {@code _wshd_guard.install} takes
     * @param logLevel of the gateway's log, in lower case
     * @param starts gives nanoseconds that a script is to wait for before it starts a thread; negative: there are too many
     * @param fails is called if it could not be started
     */
    void setup(
            Object[] guard,
            String[] arguments,
            String[] packages,
            String logLevel,
            ProxyExecutable starts,
            ProxyExecutable fails) {
        setup.executeVoid(guard, arguments, packages, logLevel, starts, fails);
    }

    /**
     * Runs a module's top-level code; what it raises is thrown as a PolyglotException.
     *
     * @param imported called with each file that it imports, now and later
     */
    Value load(String module, String file, String text, PythonServices services, ProxyExecutable imported) {
        return load.execute(module, file, text, services, imported);
    }

    /** Forgets a module, unless a newer one has taken its name. */
    void unload(Value module) {
        unload.executeVoid(module);
    }

    /** Has the next loads read files anew. */
    void forget(String[] files) {
        forget.executeVoid((Object) files);
    }

    /** The calling thread serves a connection from now on. */
    void enter(Value module, long connection) {
        enter.executeVoid(module, connection);
    }

    /** Where the calling thread is, in the script's own lines. */
    String where() {
        return where.execute().asString();
    }

    /** The exception that ends a handler. */
    Value deadline(String why) {
        return deadline.execute(why);
    }

    /** Why {@link #load} raised: the line in {@code file} or 0, a newline, and what is wrong. */
    String explain(Value error, String file) {
        return explain.execute(error, file).asString();
    }

    /** The modules that hooks will import when they run for the first time. */
    List<String> late() {
        return elements(late.execute()).map(Value::asString).toList();
    }

    /** Imports a module. */
    void need(String module) {
        need.executeVoid(module);
    }

    /** Calls a function often enough to have it compiled. */
    void startCompiler(int calls) {
        startCompiler.executeVoid(calls);
    }

    /** The functions that a script calls by their names. */
    List<Value> functions(Value module) {
        return elements(functions.execute(module)).toList();
    }

    /** The functions that serve a connection of any script: those that call its hooks, and those that it calls. */
    List<Value> ownFunctions() {
        return elements(ownFunctions.execute()).toList();
    }

    private static Stream<Value> elements(Value list) {
        return LongStream.range(0, list.getArraySize()).mapToObj(list::getArrayElement);
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
