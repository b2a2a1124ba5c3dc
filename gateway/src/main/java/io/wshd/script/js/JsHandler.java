package io.wshd.script.js;

import io.wshd.script.Conversation;
import io.wshd.script.Handler;
import io.wshd.script.Opening;
import io.wshd.script.Upgrade;
import io.wshd.script.UpgradeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.slf4j.Logger;

/**
 * Calls the hooks of a JavaScript script on its event loop, and has the connection's own thread wait for the promises
 * that they return.
 */
final class JsHandler implements Handler {

    private final JsScript script;
    private final ThreadFactory threads;
    private final Logger log;
    private final Runnable closed;

    /**
     * @param closed called when this version has ended
     */
    JsHandler(JsScript script, ThreadFactory threads, Logger log, Runnable closed) {
        this.script = script;
        this.threads = threads;
        this.log = log;
        this.closed = closed;
    }

    @Override
    public Opening open(Upgrade upgrade) throws InterruptedException {
        CompletableFuture<Opening> opening = new CompletableFuture<>();
        ProxyExecutable accepted = arguments -> opening.complete(
                new Opening.Accepted(arguments[1].asString(), pairs(arguments[2]), true, conversation(arguments[0])));
        ProxyExecutable refused =
                arguments -> opening.complete(new Opening.Refused(arguments[0].asInt(), arguments[1].asString()));
        onLoop(opening, () -> script.call("open", new UpgradeView(upgrade, log), accepted, refused));
        try {
            return opening.get();
        } catch (ExecutionException e) {
            return new Opening.Refused(500, String.valueOf(e.getCause().getMessage()));
        }
    }

    private Conversation conversation(Value request) {
        return session -> {
            CompletableFuture<String> done = new CompletableFuture<>();
            JsConnection connection = new JsConnection(session, script.loop(), threads);
            ProxyExecutable finished = arguments -> done.complete(arguments[0].asString());
            onLoop(done, () -> script.call("transfer", request, connection, finished));
            try {
                String trouble = done.get();
                if (!trouble.isEmpty()) {
                    log.error("{}", trouble);
                }
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof PolyglotException failure) || !failure.isCancelled()) {
                    log.error("{}", e.getCause().getMessage());
                }
            } finally {
                Conversation.finish(session);
            }
        };
    }

    private void onLoop(CompletableFuture<?> result, Runnable call) {
        script.loop().execute(() -> {
            try {
                call.run();
            } catch (PolyglotException | IllegalStateException e) {
                result.completeExceptionally(e);
            }
        });
    }

    @Override
    public void close() {
        closed.run();
        script.close();
    }

    private static List<Map.Entry<String, String>> pairs(Value flat) {
        List<Map.Entry<String, String>> pairs = new ArrayList<>();
        for (long i = 0; i + 1 < flat.getArraySize(); i += 2) {
            pairs.add(Map.entry(
                    flat.getArrayElement(i).asString(),
                    flat.getArrayElement(i + 1).asString()));
        }
        return pairs;
    }
}
