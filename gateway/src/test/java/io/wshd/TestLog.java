package io.wshd;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** What the gateway logs while this is open. */
public final class TestLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

    public static TestLog capture() {
        TestLog log = new TestLog();
        log.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
        log.start();
        log.root.addAppender(log);
        return log;
    }

    /** Level, logger and message of each event so far, a line each. */
    public String text() {
        return lines.stream().collect(Collectors.joining("\n"));
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getLevel() + " " + event.getLoggerName() + ": " + event.getFormattedMessage());
    }

    @Override
    public void close() {
        root.detachAppender(this);
        stop();
    }
}
