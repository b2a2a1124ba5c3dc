package io.wshd.script.python;

import io.wshd.script.Conversation;
import io.wshd.script.Failures;
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
import java.util.stream.Collectors;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.slf4j.Logger;

/** One version of a Python script: its module, and the glue that calls its hooks. */
final class PythonHandler implements Handler {

    private final PythonGlue glue;
    private final Value module;
    private final ScriptServices services;
    private final Imports imports;
    private final Compilation compilation;
    private final Failures failures;
    private final Logger log;

    /**
     * @param imports the files that it imports; may grow
     * @param failures of the interpreter
     * @param around of the interpreter
     */
    PythonHandler(
            PythonGlue glue,
            Value module,
            ScriptServices services,
            Imports imports,
            Failures failures,
            Compilation around) {
        this.glue = glue;
        this.module = module;
        this.services = services;
        this.imports = imports;
        this.failures = failures;
        this.log = services.log();
        this.compilation = around.ofScript(() -> glue.functions(module), log);
    }

    @Override
    public Imports imports() {
        return imports;
    }

    @Override
    public Opening open(Upgrade upgrade) {
        long id = services.connections().nextId();
        Value result;
        try {
            glue.enter(module, id);
            var connection = new PythonConnection(upgrade.connection());
            result = glue.handshake(module, new UpgradeView(upgrade, log), connection);
        } catch (PolyglotException e) {
            return new Opening.Refused(500, PythonErrors.describe(e));
        }
        if (result.getMember("aborted").asBoolean()) {
            return new Opening.Aborted();
        }
        int status = result.getMember("status").asInt();
        if (status != 101) {
            String traceback = result.getMember("traceback").asString();
            if (!traceback.isEmpty()) {
                failures.await();
            }
            String reason = result.getMember("reason").asString();
            return new Opening.Refused(
                    status,
                    traceback.isEmpty() ? reason : reason + "\n" + traceback,
                    pairs(result.getMember("headers")).stream()
                            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        }
        boolean deflate = result.getMember("deflate").asBoolean();
        Value head = result.getMember("head");
        if (!head.isNull()) {
            return new Opening.Answered(
                    PythonBytes.toJava(head),
                    deflate,
                    result.getMember("frames").asBoolean(),
                    session -> converse(id, upgrade, result, session));
        }
        return new Opening.Accepted(
                result.getMember("protocol").asString(),
                pairs(result.getMember("headers")),
                deflate,
                session -> converse(id, upgrade, result, session));
    }

    private void converse(long id, Upgrade upgrade, Value outcome, Session session) throws InterruptedException {
        try (Peer peer = services.connections().add(id, upgrade, session)) {
            compilation.beforeCall();
            String trouble = glue.transfer(module, outcome, new PythonSession(session, compilation, failures, log));
            if (!trouble.isEmpty()) {
                log.error("{}", trouble);
            }
        } catch (PolyglotException e) {
            if (!e.isCancelled()) {
                log.error("{}", PythonErrors.describe(e));
            }
        } finally {
            Conversation.finish(session);
            compilation.afterCall();
        }
    }

    @Override
    public void close() {
        try {
            glue.unload(module);
        } catch (PolyglotException | IllegalStateException e) {
            log.debug("the interpreter has ended before its script", e);
        }
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
