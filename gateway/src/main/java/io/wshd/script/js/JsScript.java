package io.wshd.script.js;

import com.oracle.truffle.api.nodes.Node;
import io.wshd.script.Imports;
import io.wshd.script.ScriptEngine;
import io.wshd.script.ScriptException;
import io.wshd.script.ScriptLog;
import io.wshd.script.ScriptServices;
import io.wshd.script.ScriptSource;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * One version of a JavaScript script: a context of its own, with its event loop. Loading a changed script in a new
 * context is the only way to have its modules read again, and cheap.
 */
final class JsScript implements AutoCloseable {

    /** For what the script awaits at its top level. */
    private static final long LOAD_SECONDS = 30;

    private static final String OWN_MODULE = JsLibrary.text("wshd.mjs");

    private final ScriptSource source;
    private final Logger log;
    private final ModuleFiles files;
    private final JsErrors errors;
    private final JsHost host;
    private final Context context;
    private final EventLoop loop;
    private final JsThread thread;
    private final Value glue;
    private final Value deliver;

    /** What somebody waits for the script to complete; ended with it. */
    @SuppressWarnings("UndefinedEquals") // Identity is what is meant.
    private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();

    /** While the script is loaded. */
    private volatile Thread loading;

    /** Set when the script is loaded. */
    private Value module;

    /**
     * Makes the context, and runs no code of the script yet.
     *
     * @param modules the directories of handlers
     * @param fetcher for its requests
     */
    JsScript(
            ScriptSource source,
            ScriptServices services,
            Set<Path> modules,
            JsCapabilities capabilities,
            Fetcher fetcher) {
        this.source = source;
        this.log = services.log();
        this.errors = new JsErrors(source);
        this.files = new ModuleFiles(source, OWN_MODULE, modules, capabilities.files());
        this.loop = new EventLoop(new InContext());
        this.host = new JsHost(loop, services, errors, capabilities, fetcher);
        ScriptLog out = new ScriptLog(log, Level.INFO);
        this.context = ScriptEngine.context("js")
                .allowIO(IOAccess.newBuilder().fileSystem(files).build())
                .options(Map.of(
                        "js.unhandled-rejections", "handler",
                        "js.async-stack-traces", "true",
                        // Follows the connection through promises, for the log.
                        "js.async-context", "true",
                        "js.performance", "true",
                        // Replaced by one with levels; the others are not for modules.
                        "js.console", "false",
                        "js.global-arguments", "false",
                        "js.print", "false",
                        "js.load", "false"))
                .out(out)
                .err(out)
                .build();
        boolean made = false;
        try {
            this.glue = context.eval(JsLibrary.function("prelude")).execute(host);
            this.deliver = glue.getMember("deliver");
            this.thread = new JsThread(context);
            made = true;
        } finally {
            if (!made) {
                context.close(true);
            }
        }
    }

    /**
     * Runs the script's top-level code, on the calling thread: until then nobody waits for this version. Call once.
     *
     * @param threads of the interpreter, to go on with
     * @throws ScriptException for the script's author
     */
    void load(ThreadFactory threads) throws ScriptException, InterruptedException {
        CompletableFuture<Value> loaded = new CompletableFuture<>();
        ProxyExecutable done = arguments -> loaded.complete(arguments[0]);
        ProxyExecutable failed =
                arguments -> loaded.completeExceptionally(new ScriptException(loadFailure(arguments[0])));
        boolean ready = false;
        loading = Thread.currentThread();
        try {
            glue.invokeMember("load", source.name(), done, failed);
            loop.runUntil(loaded::isDone, LOAD_SECONDS, TimeUnit.SECONDS);
            module = switch (loaded.state()) {
                case SUCCESS -> loaded.resultNow();
                case FAILED -> throw failure(loaded.exceptionNow().getMessage(), null);
                default -> throw new InterruptedException("closed");
            };
            String missing = glue.invokeMember("missing", module).asString();
            if (!missing.isEmpty()) {
                throw failure(missingHooks(source.name(), missing), null);
            }
            ready = true;
        } catch (PolyglotException e) {
            throw failure(errors.loading(e), e);
        } catch (TimeoutException e) {
            throw failure(
                    source.name() + ": what it awaits at its top level has not come within " + LOAD_SECONDS + " s", e);
        } finally {
            loading = null;
            if (!ready) {
                host.close();
                context.close(true);
            }
        }
        loop.start(threads);
    }

    /** Whether it runs no more, or soon will not. */
    boolean isEnded() {
        return host.isClosed();
    }

    EventLoop loop() {
        return loop;
    }

    /** The thread that runs its code now. Any thread. */
    Optional<Thread> running() {
        Thread loads = loading;
        return loads == null ? loop.running() : Optional.of(loads);
    }

    /** As people know it. */
    String name() {
        return source.name();
    }

    /** How the watchdog deals with that thread. */
    JsThread thread() {
        return thread;
    }

    /** The calls that have led the calling thread to a place, the innermost first. */
    String where(Node location) {
        return errors.calls(location, glue.invokeMember("where"));
    }

    /** The files that it has imported so far. Any thread. */
    Imports imported() {
        return files.imported();
    }

    /**
     * Calls a function of the prelude on the loop, with the script's module in front of the arguments. Any thread, does
     * not block.
     *
     * @param result fails if the call does, or the script ends
     */
    @SuppressWarnings("UndefinedEquals") // Identity is what is meant.
    void call(CompletableFuture<?> result, String function, Object... arguments) {
        pending.add(result);
        var _ = result.whenComplete((value, error) -> pending.remove(result));
        if (host.isClosed()) {
            abandon(result);
        }
        Object[] all = new Object[arguments.length + 1];
        all[0] = module;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        loop.execute(() -> {
            try {
                glue.invokeMember(function, all);
            } catch (PolyglotException | IllegalStateException e) {
                result.completeExceptionally(e);
            }
        });
    }

    /** Tells the prelude that a connection is over. Any thread, does not block. */
    void forget(JsConnection connection) {
        loop.execute(() -> glue.invokeMember("forget", connection.id()));
    }

    /** Ends the script once the task that runs has ended. */
    @Override
    public void close() {
        loop.close(() -> context.close(true));
        release();
    }

    /** Ends the script now, whatever it is doing. */
    void kill() {
        loop.close(() -> {});
        release();
        context.close(true);
    }

    private void release() {
        host.close();
        pending.forEach(JsScript::abandon);
    }

    private static void abandon(CompletableFuture<?> result) {
        result.completeExceptionally(new IllegalStateException("the script was ended"));
    }

    private String loadFailure(Value error) {
        return error.isException() ? errors.loading(JsErrors.exception(error)) : errors.describe(error);
    }

    private ScriptException failure(String message, Throwable cause) {
        return new ScriptException(message, files.imported(), cause);
    }

    private static String missingHooks(String file, String missing) {
        return """
                %s: no exported function %s. A handler needs at least:
                    export async function webSocketDoExtraHandshake(request) {}
                    export async function webSocketTransferData(request) {
                      for await (const message of request.stream) await request.stream.send(message);
                    }""".formatted(file, missing.replace(",", ", "));
    }

    private final class InContext implements EventLoop.Context {

        @Override
        public void deliver() {
            deliver.executeVoid();
        }

        @Override
        public void failed(Throwable error) {
            if (error instanceof PolyglotException e) {
                log.error("{}", errors.describe(e));
            } else {
                log.error("{}: internal error", source.name(), error);
            }
        }
    }
}
