package io.wshd.script.python;

import org.graalvm.polyglot.PolyglotException;

/** Puts what went wrong in a Python script into words for its author. */
final class PythonErrors {

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
            return "internal error: " + e.asHostException();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
