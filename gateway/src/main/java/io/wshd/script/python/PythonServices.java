package io.wshd.script.python;

import io.wshd.script.Peer;
import io.wshd.script.ScriptServices;
import io.wshd.websocket.Message;
import java.util.Locale;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.slf4j.event.Level;

/** What the module {@code wshd} asks of the gateway on behalf of one script. Any thread, nothing blocks. */
public final class PythonServices {

    /** Characters of one line of a script's log. */
    private static final int LONGEST = 16_384;

    private final ScriptServices services;

    PythonServices(ScriptServices services) {
        this.services = services;
    }

    /** Writes to the log; {@code connection} is an id, or 0. */
    @HostAccess.Export
    public void log(String level, long connection, String message) {
        String line = message.length() > LONGEST ? message.substring(0, LONGEST) + "..." : message;
        services.log()
                .atLevel(Level.valueOf(level.toUpperCase(Locale.ROOT)))
                .log("{}", connection == 0 ? line : "#" + connection + " " + line);
    }

    @HostAccess.Export
    public String script() {
        return services.script();
    }

    @HostAccess.Export
    public String interpreter() {
        return services.interpreter();
    }

    @HostAccess.Export
    public String[] arguments() {
        return services.arguments().toArray(String[]::new);
    }

    /** Names and values by turns. */
    @HostAccess.Export
    public String[] environment() {
        return services.environment().entrySet().stream()
                .flatMap(variable -> java.util.stream.Stream.of(variable.getKey(), variable.getValue()))
                .toArray(String[]::new);
    }

    /** The script's open connections. */
    @HostAccess.Export
    public Peer[] connections() {
        return services.connections().open().toArray(Peer[]::new);
    }

    /**
     * Sends to all of them.
     *
     * @param message str or bytes
     */
    @HostAccess.Export
    public int broadcast(Value message) {
        return services.connections().broadcast(message(message));
    }

    /** Sends to one of them. */
    @HostAccess.Export
    public boolean post(Peer peer, Value message) {
        return peer.post(message(message));
    }

    /** Closes one of them; false for a code or reason that cannot be sent. */
    @HostAccess.Export
    public boolean close(Peer peer, int code, String reason) {
        try {
            peer.close(code, reason);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Message message(Value message) {
        return message.isString() ? Message.text(message.asString()) : Message.binary(PythonBytes.toJava(message));
    }
}
