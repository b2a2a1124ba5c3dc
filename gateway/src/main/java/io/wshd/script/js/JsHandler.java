package io.wshd.script.js;

import io.wshd.script.Carriers;
import io.wshd.script.Conversation;
import io.wshd.script.Handler;
import io.wshd.script.Imports;
import io.wshd.script.Opening;
import io.wshd.script.Peer;
import io.wshd.script.ScriptServices;
import io.wshd.script.Upgrade;
import io.wshd.script.UpgradeView;
import io.wshd.websocket.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.slf4j.Logger;

/**
 * Calls the hooks of a JavaScript script on its event loop, and has the connection's own thread wait for the promises
 * that they return.
 */
final class JsHandler implements Handler {

    private final JsScript script;
    private final ScriptServices services;
    private final Carriers carriers;
    private final Logger log;
    private final Runnable closed;

    /**
     * @param closed called when this version has ended
     */
    JsHandler(JsScript script, ScriptServices services, Carriers carriers, Runnable closed) {
        this.script = script;
        this.services = services;
        this.carriers = carriers;
        this.log = services.log();
        this.closed = closed;
    }

    @Override
    public Opening open(Upgrade upgrade) throws InterruptedException {
        long id = services.connections().nextId();
        CompletableFuture<Opening> opening = new CompletableFuture<>();
        ProxyExecutable accepted = arguments -> opening.complete(new Opening.Accepted(
                arguments[1].asString(),
                pairs(arguments[2]),
                true,
                session -> converse(id, upgrade, arguments[0], session)));
        ProxyExecutable refused =
                arguments -> opening.complete(new Opening.Refused(arguments[0].asInt(), arguments[1].asString()));
        script.call(opening, "open", (double) id, new UpgradeView(upgrade, log), accepted, refused);
        try {
            return opening.get();
        } catch (ExecutionException e) {
            return new Opening.Refused(500, String.valueOf(e.getCause().getMessage()));
        }
    }

    private void converse(long id, Upgrade upgrade, Value request, Session session) throws InterruptedException {
        Peer peer = services.connections().add(id, upgrade, session);
        JsConnection connection = new JsConnection(peer, session, script.loop(), carriers.threads());
        try (peer) {
            script.call(connection.ending(), "transfer", request, connection);
            JsConnection.Ending ending = connection.ending().get();
            if (!ending.trouble().isEmpty()) {
                log.error("#{} {}", id, ending.trouble());
                carriers.failures().await();
            }
            if (ending.code() != 0) {
                session.close(ending.code(), "", true);
            }
        } catch (ExecutionException e) {
            if (script.isEnded()) {
                log.debug("#{} ended with its script", id);
            } else {
                log.error("#{} {}", id, e.getCause().getMessage());
                carriers.failures().await();
            }
        } finally {
            Conversation.finish(session);
            connection.end();
            script.forget(connection);
        }
    }

    @Override
    public Imports imports() {
        return script.imported();
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
