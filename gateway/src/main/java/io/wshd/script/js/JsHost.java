package io.wshd.script.js;

import io.wshd.script.Peer;
import io.wshd.script.ScriptServices;
import io.wshd.websocket.Message;
import java.util.Locale;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * The gateway as the JavaScript library of one script version sees it. All on the event loop's thread, nothing blocks.
 * Public because JavaScript calls it.
 */
public final class JsHost {

    /** Characters of one line of a script's log. */
    private static final int LONGEST = 16_384;

    private final EventLoop loop;
    private final ScriptServices services;
    private final JsErrors errors;
    private final JsFetch fetch;
    private final JsText text = new JsText();
    private final JsCrypto crypto = new JsCrypto();
    private final Logger log;
    private volatile boolean closed;

    JsHost(EventLoop loop, ScriptServices services, JsErrors errors, JsCapabilities capabilities, Fetcher fetcher) {
        this.loop = loop;
        this.services = services;
        this.errors = errors;
        this.log = services.log();
        this.fetch = new JsFetch(loop, fetcher, capabilities.network());
    }

    /** Evaluates a file of the library: see {@link JsLibrary#function}. */
    @HostAccess.Export
    public Value library(String name) {
        return Context.getCurrent().eval(JsLibrary.function(name));
    }

    /** Starts a timer: returns its number, or 0 if there are too many. */
    @HostAccess.Export
    public int schedule(Value callback, int millis, boolean periodic) {
        return loop.schedule(callback::executeVoid, millis, periodic);
    }

    @HostAccess.Export
    public void clear(int timer) {
        loop.clear(timer);
    }

    /** The id of a connection that has news, 0 if there is none. */
    @HostAccess.Export
    public double ready() {
        JsConnection connection = loop.nextReady();
        if (connection == null) {
            return 0;
        }
        connection.taken();
        return connection.id();
    }

    /** Writes to the log; {@code connection} is an id, or 0. */
    @HostAccess.Export
    public void log(String level, double connection, String message) {
        String line = message.length() > LONGEST ? message.substring(0, LONGEST) + "..." : message;
        log.atLevel(Level.valueOf(level.toUpperCase(Locale.ROOT)))
                .log("{}", connection == 0 ? line : "#" + (long) connection + " " + line);
    }

    /** What was thrown, for the log. */
    @HostAccess.Export
    public String describe(Value thrown) {
        return errors.describe(thrown);
    }

    /** Any value, for people: objects with what is in them, a few levels deep. */
    @HostAccess.Export
    public String display(Value value) {
        return value.isException() ? errors.describe(value) : value.toString();
    }

    @HostAccess.Export
    public JsText text() {
        return text;
    }

    /** Compresses in a format of the Compression standard, or null if there is no such format. */
    @HostAccess.Export
    public JsDeflater compressor(String format) {
        return JsDeflater.of(format).orElse(null);
    }

    /** The other way round. */
    @HostAccess.Export
    public JsInflater decompressor(String format) {
        return JsInflater.of(format).orElse(null);
    }

    @HostAccess.Export
    public JsCrypto crypto() {
        return crypto;
    }

    @HostAccess.Export
    public JsFetch fetch() {
        return fetch;
    }

    /** A host name as it goes into a URL, or null if it can be none. */
    @HostAccess.Export
    public String toAscii(String domain) {
        return Idna.toAscii(domain);
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

    @HostAccess.Export
    public int broadcastText(String message) {
        return services.connections().broadcast(Message.text(message));
    }

    @HostAccess.Export
    public int broadcastBinary(Value buffer, int offset, int length) {
        return services.connections().broadcast(Message.binary(JsBytes.copy(buffer, offset, length)));
    }

    @HostAccess.Export
    public boolean postText(Peer peer, String message) {
        return peer.post(Message.text(message));
    }

    @HostAccess.Export
    public boolean postBinary(Peer peer, Value buffer, int offset, int length) {
        return peer.post(Message.binary(JsBytes.copy(buffer, offset, length)));
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends what the script has under way outside of its context. Any thread. */
    void close() {
        closed = true;
        fetch.close();
    }
}
