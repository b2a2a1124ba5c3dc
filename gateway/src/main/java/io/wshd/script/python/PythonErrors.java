package io.wshd.script.python;

import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SourceSection;

/** Puts what went wrong in a Python script into words for its author. */
final class PythonErrors {

    /** Calls shown of one error. */
    private static final int MOST_CALLS = 20;

    private PythonErrors() {}

    static String missingHooks(String file, String missing) {
        return """
                %s: no function %s. A handler needs at least:
                    def web_socket_do_extra_handshake(request): pass
                    def web_socket_transfer_data(request):
                        request.ws_stream.send_message(request.ws_stream.receive_message())""".formatted(file, missing.replace(",", "(request), ") + "(request)");
    }

    static String describe(PolyglotException e) {
        if (e.isHostException()) {
            return "internal error: " + e.asHostException() + calls(e);
        }
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return e.isInternalError() ? "internal error of Python: " + message + calls(e) : message;
    }

    /** Where it was, as a traceback of Python would tell it but with the innermost call first. */
    private static String calls(PolyglotException e) {
        StringBuilder text = new StringBuilder();
        int calls = 0;
        for (PolyglotException.StackFrame frame : e.getPolyglotStackTrace()) {
            SourceSection at = frame.isGuestFrame() ? frame.getSourceLocation() : null;
            if (at != null && calls < MOST_CALLS) {
                calls++;
                text.append("\n    at ")
                        .append(frame.getRootName())
                        .append(" (")
                        .append(
                                at.getSource().getPath() == null
                                        ? at.getSource().getName()
                                        : at.getSource().getPath())
                        .append(':')
                        .append(at.getStartLine())
                        .append(')');
            }
        }
        return text.toString();
    }
}
