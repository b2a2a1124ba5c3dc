package io.wshd.script.js;

import io.wshd.script.ScriptEngine;
import io.wshd.script.ScriptException;
import io.wshd.script.ScriptLog;
import io.wshd.script.ScriptSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadFactory;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.SourceSection;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.slf4j.Logger;

/**
 * One version of a JavaScript script: a context of its own, with its event loop. Loading a changed script in a new
 * context is the only way to have its modules read again, and cheap.
 */
final class JsScript implements AutoCloseable {

    private static final String PRELUDE = prelude();

    private final Context context;
    private final EventLoop loop;
    private final Logger log;
    private final Value glue;
    private final Value module;

    /**
     * Loads a version; the script's top-level code runs on the calling thread.
     *
     * @param threads of the interpreter
     * @throws ScriptException for the script's author
     */
    JsScript(ScriptSource source, ThreadFactory threads, Logger log) throws ScriptException {
        this.log = log;
        ScriptLog out = new ScriptLog(log);
        this.context = ScriptEngine.context("js")
                .allowIO(IOAccess.ALL)
                .option("js.esm-eval-returns-exports", "true")
                .option("js.unhandled-rejections", "throw")
                .out(out)
                .err(out)
                .build();
        this.loop = new EventLoop(threads, log);
        boolean loaded = false;
        try {
            this.glue = context.eval(Source.newBuilder("js", PRELUDE, "<wshd>/prelude.js")
                            .buildLiteral())
                    .execute(new Host());
            this.module = context.eval(Source.newBuilder("js", source.file().toFile())
                    .content(source.text())
                    .mimeType("application/javascript+module")
                    .build());
            String missing = glue.invokeMember("missing", module).asString();
            if (!missing.isEmpty()) {
                throw new ScriptException(missingHooks(source.name(), missing));
            }
            loaded = true;
        } catch (PolyglotException e) {
            throw new ScriptException(loadFailure(source, e), e);
        } catch (IOException e) {
            throw new ScriptException(source.name() + ": cannot be read: " + e, e);
        } finally {
            if (!loaded) {
                close();
            }
        }
    }

    EventLoop loop() {
        return loop;
    }

    /** Calls a function of the prelude with the script's module in front of the arguments; on the loop's thread. */
    void call(String function, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = module;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        glue.invokeMember(function, all);
    }

    /** Ends the script once the task that runs has ended. */
    @Override
    public void close() {
        loop.close(() -> context.close(true));
    }

    /** Ends the script now, whatever it is doing. */
    void kill() {
        loop.close(() -> {});
        context.close(true);
    }

    /** What the prelude needs of the gateway. Public because JavaScript calls it. */
    public final class Host {

        @HostAccess.Export
        public int schedule(Value callback, int millis, boolean periodic) {
            return loop.schedule(callback::executeVoid, millis, periodic);
        }

        @HostAccess.Export
        public void clear(int timer) {
            loop.clear(timer);
        }

        @HostAccess.Export
        public void report(String error) {
            log.error("{}", error);
        }

        /** Bytes that may wait for one client without the script awaiting them. */
        @HostAccess.Export
        public int mostUnsent() {
            return 1 << 20;
        }
    }

    private static String missingHooks(String file, String missing) {
        return """
                %s: no exported function %s. A handler needs at least:
                    export async function webSocketDoExtraHandshake(request) {}
                    export async function webSocketTransferData(request) {
                      for await (const message of request.stream) await request.stream.send(message);
                    }""".formatted(file, missing.replace(",", ", "));
    }

    /** {@code handlers/chat_wsh.mjs:12:5: ReferenceError: foo is not defined}. */
    private static String loadFailure(ScriptSource source, PolyglotException e) {
        SourceSection at = e.getSourceLocation();
        String place = at == null ? "" : ":" + at.getStartLine() + ":" + at.getStartColumn();
        String what = e.getMessage() == null ? e.toString() : e.getMessage().strip();
        // A syntax error's message has the place in it as well, in another form.
        return source.name() + place + ": " + what.replaceFirst("\\S+:\\d+:\\d+ ", "");
    }

    private static String prelude() {
        String path = "/io/wshd/script/js/prelude.js";
        try (InputStream in = JsScript.class.getResourceAsStream(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }
}
