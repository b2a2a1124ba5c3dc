package io.wshd.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Sets Logback up: every event a line on stderr or in a file ({@link LogLine}). Logback finds this class as a service.
 * In code, since XML costs time at every start; what the user may change comes in system properties.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

    /** System property: {@code error}, {@code warn}, {@code info} (default), {@code debug} or {@code trace}. */
    static final String LEVEL = "wshd.log";

    /** System property: whether what scripts print is written whatever the level. */
    static final String PRINTED = "wshd.log.printed";

    /** System property: a file to log to in place of stderr. */
    static final String FILE = "wshd.log.file";

    /** System property: bytes at which that file is put aside and a new one begun. */
    static final String FILE_SIZE = "wshd.log.file.size";

    /** System property: how many of those put aside are kept, as FILE.1, FILE.2 and so on. */
    static final String FILE_COUNT = "wshd.log.file.count";

    private static final String PRINTED_LOGGER = "python";

    /** Libraries that greet at INFO; they are heard from when more than that is asked for. */
    private static final List<String> TALKATIVE = List.of("org.xnio", "org.jboss", "io.undertow");

    /** They log failures that the gateway logs as well, with a request id. */
    private static final List<String> REPEATED =
            List.of("io.undertow.request", "io.undertow.proxy", "io.undertow.client");

    /** Has the properties take effect, also where a logger exists already. */
    static void apply() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.reset();
            new LogSetup().configure(context);
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var layout = new LogLine();
        layout.setContext(context);
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        var file = System.getProperty(FILE);
        var appender = file == null ? console(context) : file(context, file);
        appender.setEncoder(encoder);
        appender.start();

        var level = Level.toLevel(System.getProperty(LEVEL), Level.INFO);
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(appender);
        if (level == Level.INFO) {
            TALKATIVE.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
            REPEATED.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
        }
        if (Boolean.getBoolean(PRINTED) && level.isGreaterOrEqual(Level.WARN)) {
            context.getLogger(PRINTED_LOGGER).setLevel(Level.INFO);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static OutputStreamAppender<ILoggingEvent> console(LoggerContext context) {
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setTarget(ConsoleTarget.SystemErr.getName());
        return console;
    }

    private static OutputStreamAppender<ILoggingEvent> file(LoggerContext context, String name) {
        var file = new RollingFileAppender<ILoggingEvent>();
        file.setContext(context);
        file.setFile(name);
        var aside = new FixedWindowRollingPolicy();
        aside.setContext(context);
        aside.setParent(file);
        aside.setFileNamePattern(name + ".%i");
        aside.setMinIndex(1);
        aside.setMaxIndex(Math.max(1, Integer.getInteger(FILE_COUNT, 5)));
        aside.start();
        var size = new SizeBasedTriggeringPolicy<ILoggingEvent>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(Long.getLong(FILE_SIZE, 256 * 1024)));
        size.start();
        file.setRollingPolicy(aside);
        file.setTriggeringPolicy(size);
        return file;
    }
}
