package io.wshd.script.js;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.TestGateway;
import io.wshd.TestSocket;
import java.time.Duration;

/** A gateway with a handler that evaluates expressions, and a connection to it. */
final class Evaluator implements AutoCloseable {

    private final TestGateway gateway;
    private final TestSocket socket;

    private Evaluator(TestGateway gateway, TestSocket socket) {
        this.gateway = gateway;
        this.socket = socket;
    }

    static Evaluator start() throws Exception {
        TestGateway gateway = TestGateway.with("handlers/eval_wsh.mjs", WebApisTest.EVALUATOR);
        TestSocket socket = gateway.connect("/eval");
        // The first use in a process takes seconds on a busy machine.
        socket.send("new URL('http://a')");
        assertThat(socket.within(Duration.ofSeconds(50))).isNotNull();
        return new Evaluator(gateway, socket);
    }

    /** The value in JSON, or what was thrown. */
    String value(String expression) throws Exception {
        return (String) socket.ask(expression);
    }

    void is(String expression, String json) throws Exception {
        assertThat(value(expression)).as(expression).isEqualTo(json);
    }

    @Override
    public void close() {
        socket.close();
        gateway.close();
    }
}
