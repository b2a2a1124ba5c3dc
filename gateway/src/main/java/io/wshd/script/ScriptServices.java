package io.wshd.script;

import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gateway offers to one script beside its connection, in every language by the name {@code wshd}.
 *
 * @param script its name for people: {@code handlers/chat_wsh.py}
 * @param interpreter the name of the interpreter that runs it
 * @param connections its open connections
 * @param arguments what the configuration hands to scripts of this interpreter
 * @param environment the environment variables that the configuration sets for them
 */
public record ScriptServices(
        String script,
        String interpreter,
        Connections connections,
        List<String> arguments,
        Map<String, String> environment) {

    /** Where the script's own words go. */
    public Logger log() {
        String file = script.substring(script.lastIndexOf('/') + 1);
        return LoggerFactory.getLogger("script." + file.substring(0, file.lastIndexOf('.')));
    }
}
