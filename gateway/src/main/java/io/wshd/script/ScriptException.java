package io.wshd.script;

/** A script that cannot serve. The message is for its author: file, line, what is wrong, what a correct one has. */
public final class ScriptException extends Exception {

    private final transient Imports imports;

    public ScriptException(String message) {
        this(message, new Imports(), null);
    }

    public ScriptException(String message, Throwable cause) {
        this(message, new Imports(), cause);
    }

    /**
     * @param imports the files besides the script itself that it read, or missed
     */
    public ScriptException(String message, Imports imports, Throwable cause) {
        super(message, cause);
        this.imports = imports;
    }

    /** The files besides the script itself whose change may mend it. */
    public Imports imports() {
        return imports;
    }
}
