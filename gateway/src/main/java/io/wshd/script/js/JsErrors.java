package io.wshd.script.js;

import com.oracle.truffle.api.nodes.Node;
import io.wshd.script.ScriptSource;
import java.nio.file.Path;
import java.util.regex.Matcher;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SourceSection;
import org.graalvm.polyglot.Value;

/**
 * Puts what went wrong in a JavaScript script into words for its author: {@code handlers/chat_wsh.mjs:12:5: TypeError:
 * ...}, and the calls that led there. Files have their names for people.
 */
final class JsErrors {

    /** Calls shown of one error. */
    private static final int MOST_CALLS = 20;

    /** Characters shown of one error. */
    private static final int LONGEST = 8192;

    /** Errors shown that are the cause of another. */
    private static final int MOST_CAUSES = 4;

    private final ScriptSource script;

    /** What the names of files start with, and people leave out; may be empty. */
    private final String root;

    JsErrors(ScriptSource script) {
        this.script = script;
        String file = script.file().toString();
        this.root = file.endsWith("/" + script.name())
                ? file.substring(0, file.length() - script.name().length())
                : "";
    }

    /** What a script has thrown: an error with its place and calls, or any other value. */
    String describe(Value thrown) {
        String text = describe(thrown, MOST_CAUSES);
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    }

    private String describe(Value thrown, int causes) {
        if (!thrown.isException()) {
            return script.name() + ": threw " + (thrown.isString() ? thrown.asString() : thrown.toString());
        }
        StringBuilder text = new StringBuilder(named(describe(exception(thrown)), thrown));
        if (causes > 0 && thrown.hasMember("cause")) {
            Value cause = thrown.getMember("cause");
            if (cause.isException()) {
                text.append("\ncaused by ").append(describe(cause, causes - 1));
            }
        }
        return text.toString();
    }

    /** What kind of DOMException it is says its name alone, which the language's own message does not have. */
    private static String named(String text, Value thrown) {
        Value name = text.contains(": DOMException") ? thrown.getMember("name") : null;
        return name == null || !name.isString()
                ? text
                : text.replaceFirst(": DOMException", Matcher.quoteReplacement(": " + name.asString()));
    }

    /** The same for an error that has left the context. */
    String describe(PolyglotException e) {
        return place(e) + ": " + message(e) + calls(e);
    }

    /**
     * The calls that have led to a place, the innermost first.
     *
     * @param location where the thread was interrupted, which an error that is made there does not have; may be null
     */
    String calls(Node location, Value error) {
        StringBuilder text = new StringBuilder();
        var at = location == null ? null : location.getEncapsulatingSourceSection();
        if (at != null && at.isAvailable() && !at.getSource().isInternal()) {
            String path = at.getSource().getPath();
            call(
                    text,
                    location.getRootNode().getName(),
                    place(path, at.getSource().getName(), at.getStartLine(), at.getStartColumn()));
        }
        return text.append(calls(exception(error))).toString().replaceFirst("^\\n", "");
    }

    private String calls(PolyglotException e) {
        StringBuilder text = new StringBuilder();
        int calls = 0;
        for (PolyglotException.StackFrame frame : e.getPolyglotStackTrace()) {
            SourceSection at = frame.isGuestFrame() ? frame.getSourceLocation() : null;
            if (at != null && !at.getSource().isInternal() && calls < MOST_CALLS) {
                calls++;
                call(text, frame.getRootName(), place(at));
            }
        }
        return text.toString();
    }

    private static void call(StringBuilder text, String function, String place) {
        boolean named = function != null && !function.isEmpty() && !function.startsWith(":");
        text.append("\n    at ").append(named ? function + " (" + place + ")" : place);
    }

    /** The message of an error that was thrown while the script was loaded, with its place but without calls. */
    String loading(PolyglotException e) {
        return place(e) + ": " + message(e);
    }

    static PolyglotException exception(Value error) {
        try {
            throw error.throwException();
        } catch (PolyglotException e) {
            return e;
        }
    }

    private String place(PolyglotException e) {
        SourceSection at = e.getSourceLocation();
        if (at != null && !at.getSource().isInternal()) {
            return place(at);
        }
        for (PolyglotException.StackFrame frame : e.getPolyglotStackTrace()) {
            SourceSection call = frame.isGuestFrame() ? frame.getSourceLocation() : null;
            if (call != null && !call.getSource().isInternal()) {
                return place(call);
            }
        }
        return script.name();
    }

    private String place(SourceSection at) {
        return place(at.getSource().getPath(), at.getSource().getName(), at.getStartLine(), at.getStartColumn());
    }

    private String place(String path, String name, int line, int column) {
        return (path == null ? name : shown(path)) + ":" + line + ":" + column;
    }

    private String message(PolyglotException e) {
        if (e.isHostException()) {
            return "internal error: " + e.asHostException();
        }
        if (e.isResourceExhausted() || e.isCancelled() || e.isExit()) {
            return "the script was ended: " + e.getMessage();
        }
        String what = e.getMessage() == null ? e.toString() : e.getMessage().strip();
        // A syntax error's message has the place in it as well, in another form.
        what = what.replaceFirst("^(\\w*Error: )\\S+:\\d+:\\d+ ", "$1");
        return root.isEmpty() ? what : what.replace(root, "");
    }

    private String shown(String path) {
        return !root.isEmpty() && path.startsWith(root)
                ? path.substring(root.length())
                : Path.of(path).toString();
    }
}
