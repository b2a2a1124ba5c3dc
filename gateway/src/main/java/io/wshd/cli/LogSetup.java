package io.wshd.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;

/**
 * Sets Logback up: every event a line on stderr ({@link LogLine}). Logback finds this class as a service. In code,
 * since nothing of it is for the user to change and XML costs time at every start.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

    /** System property: {@code error}, {@code warn}, {@code info} (default), {@code debug} or {@code trace}. */
    static final String LEVEL = "wshd.log";

    /** Libraries that greet at INFO; they are heard from when more than that is asked for. */
    private static final List<String> TALKATIVE = List.of("org.xnio", "org.jboss", "io.undertow");

    /** They log failures that the gateway logs as well, with a request id. */
    private static final List<String> REPEATED =
            List.of("io.undertow.request", "io.undertow.proxy", "io.undertow.client");

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var layout = new LogLine();
        layout.setContext(context);
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setTarget(ConsoleTarget.SystemErr.getName());
        console.setEncoder(encoder);
        console.start();

        var level = Level.toLevel(System.getProperty(LEVEL), Level.INFO);
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(console);
        if (level == Level.INFO) {
            TALKATIVE.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
            REPEATED.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
