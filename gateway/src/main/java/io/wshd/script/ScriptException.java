package io.wshd.script;

/** A script that cannot serve. The message is for its author: file, line, what is wrong, what a correct one has. */
public final class ScriptException extends Exception {

    public ScriptException(String message) {
        super(message);
    }

    public ScriptException(String message, Throwable cause) {
        super(message, cause);
    }
}
