package io.wshd.cli;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** {@code 14:02:11.042 INFO  Gateway: message}, the stack trace of an exception below it. */
final class LogLine extends LayoutBase<ILoggingEvent> {

    private final DateTimeFormatter time =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
    private final ThrowableProxyConverter trace = new ThrowableProxyConverter();

    @Override
    public void start() {
        trace.start();
        super.start();
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        var logger = event.getLoggerName();
        var level = event.getLevel().toString();
        var line = new StringBuilder()
                .append(time.format(Instant.ofEpochMilli(event.getTimeStamp())))
                .append(' ')
                .append(level)
                .repeat(' ', Math.max(1, 6 - level.length()))
                .append(logger, logger.lastIndexOf('.') + 1, logger.length())
                .append(": ")
                .append(event.getFormattedMessage())
                .append('\n');
        return event.getThrowableProxy() == null
                ? line.toString()
                : line.append(trace.convert(event)).toString();
    }
}
