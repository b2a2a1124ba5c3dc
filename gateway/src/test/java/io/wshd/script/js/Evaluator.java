package io.wshd.script.js;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.TestGateway;
import io.wshd.TestSocket;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A gateway with a handler that evaluates expressions, and a connection to it, for all tests of a class. */
final class Evaluator implements BeforeAllCallback, AfterAllCallback {

    private TestGateway gateway;
    private TestSocket socket;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        gateway = TestGateway.with("handlers/eval_wsh.mjs", WebApisTest.EVALUATOR);
        socket = gateway.connect("/eval");
        // The first use in a process takes seconds on a busy machine.
        socket.send("new URL('http://a')");
        assertThat(socket.within(Duration.ofSeconds(50))).isNotNull();
    }

    /** The value in JSON, or what was thrown. */
    String value(String expression) throws Exception {
        return (String) socket.ask(expression);
    }

    void is(String expression, String json) throws Exception {
        assertThat(value(expression)).as(expression).isEqualTo(json);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        socket.close();
        gateway.close();
    }
}
