package io.wshd.script;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** What scripts print, in the gateway's log: a line each, cut at {@value #LONGEST_LINE} bytes. */
public final class ScriptLog extends OutputStream {

    private static final int LONGEST_LINE = 8192;

    private final Logger log;
    private final Level level;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    public ScriptLog(Logger log, Level level) {
        this.log = log;
        this.level = level;
    }

    @Override
    public synchronized void write(int b) {
        if (b == '\n') {
            flushLine();
        } else {
            line.write(b);
            if (line.size() >= LONGEST_LINE) {
                flushLine();
            }
        }
    }

    @Override
    public synchronized void close() {
        if (line.size() > 0) {
            flushLine();
        }
    }

    private void flushLine() {
        log.atLevel(level).log("{}", line.toString(StandardCharsets.UTF_8));
        line.reset();
    }
}
