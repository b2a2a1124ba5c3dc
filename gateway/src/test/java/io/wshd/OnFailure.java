package io.wshd;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.wshd.config.GatewayConfig;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.slf4j.LoggerFactory;

/**
 * Prints, when a test fails, what was logged and the effective configuration of the gateways that it used; a test that
 * passes prints nothing. JUnit applies it to every test class ({@code META-INF/services}).
 */
public final class OnFailure implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, TestWatcher {

    /** Of the newest lines kept: a test that logs for ever must not fill the heap. */
    private static final int MOST_LINES = 1_000;

    /** What happened while the class was set up: gateways that its tests share. */
    private static final List<String> CLASS = new ArrayList<>();

    /** What happened since the test began. */
    private static final List<String> TEST = new ArrayList<>();

    private static List<String> current = CLASS;

    static {
        Appender.install();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        begin(CLASS);
        TEST.clear();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        begin(TEST);
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        print(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        // The tests' own failures are not reported to the class.
        if (context.getExecutionException().isPresent()) {
            print(context);
        }
    }

    /** Remembers the effective configuration of a gateway that was started. */
    static void started(GatewayConfig config) {
        var text = new StringBuilder("--- configuration");
        for (RecordComponent component : GatewayConfig.class.getRecordComponents()) {
            try {
                text.append("\n    ").append(component.getName()).append(" = ");
                text.append(component.getAccessor().invoke(config));
            } catch (ReflectiveOperationException e) {
                text.append(e);
            }
        }
        add(text.toString());
    }

    private static void begin(List<String> lines) {
        synchronized (OnFailure.class) {
            lines.clear();
            current = lines;
        }
    }

    private static synchronized void add(String line) {
        if (current.size() == MOST_LINES) {
            current.removeFirst();
        }
        current.add(line);
    }

    private static synchronized void print(ExtensionContext context) {
        System.err.println("=== " + context.getDisplayName() + " failed; configuration and log:");
        CLASS.forEach(System.err::println);
        TEST.forEach(System.err::println);
        System.err.println("===");
    }

    /** Keeps lines in place of a console. */
    private static final class Appender extends AppenderBase<ILoggingEvent> {

        private final PatternLayout layout = new PatternLayout();

        /** In code, not in a file: processes that tests start have the same class path, and a console. */
        static void install() {
            var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
            var appender = new Appender();
            appender.setContext(root.getLoggerContext());
            appender.layout.setContext(root.getLoggerContext());
            appender.layout.setPattern("%d{HH:mm:ss.SSS} %-5level [%thread] %logger{24} - %msg%n");
            appender.layout.start();
            appender.start();
            root.detachAndStopAllAppenders();
            root.addAppender(appender);
        }

        @Override
        protected void append(ILoggingEvent event) {
            add(layout.doLayout(event).stripTrailing());
        }
    }
}
