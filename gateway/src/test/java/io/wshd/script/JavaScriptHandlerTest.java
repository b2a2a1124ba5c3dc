package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.TestGateway;
import io.wshd.TestSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JavaScriptHandlerTest {

    private static final String ECHO = """
            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) await request.stream.send(message);
            }
            """;

    private static String handler(String transfer) {
        return "export async function webSocketDoExtraHandshake(request) {}\n"
                + "export async function webSocketTransferData(request) {\n" + transfer.indent(2) + "}\n";
    }

    @Test
    void textComesBackAsStringAndBinaryAsBytes() throws Exception {
        try (var gateway = TestGateway.with("handlers/echo_wsh.mjs", ECHO);
                var socket = gateway.connect("/echo")) {
            assertThat(socket.ask("grüße \uD83D\uDE00")).isEqualTo("grüße \uD83D\uDE00");
            socket.send(new byte[] {0, 1, (byte) 200});
            assertThat((byte[]) socket.receive()).containsExactly(0, 1, (byte) 200);
            assertThat(socket.finish()).isEqualTo(new TestSocket.Closed(1000, ""));
        }
    }

    @Test
    void binaryMessagesAreUint8Arrays() throws Exception {
        try (var gateway = TestGateway.with("handlers/types_wsh.mjs", handler("""
                const m = await request.stream.receive();
                await request.stream.send([m.constructor.name, m.length, m[2], m.subarray(1, 2)[0]].join(' '));
                await request.stream.send(m.subarray(1));
                """));
                var socket = gateway.connect("/types")) {
            socket.send(new byte[] {1, 2, (byte) 255});
            assertThat(socket.receive()).isEqualTo("Uint8Array 3 255 2");
            assertThat((byte[]) socket.receive()).containsExactly(2, (byte) 255);
        }
    }

    @Test
    void connectionsOfOneScriptShareItsModuleAndTakeTurns() throws Exception {
        String counter = "let count = 0;\n" + handler("""
                for await (const message of request.stream) {
                  const before = count;
                  await null;
                  count = before + 1;
                  await request.stream.send(String(count));
                }
                """);
        try (var gateway = TestGateway.with("handlers/count_wsh.js", counter)) {
            List<TestSocket> sockets = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                sockets.add(gateway.connect("/count"));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(sockets.get(i % 5).ask("next")).isEqualTo(String.valueOf(i + 1));
            }
        }
    }

    @Test
    void aHandlerMayAwaitTimersWhileOthersGoOn() throws Exception {
        try (var gateway = TestGateway.with("handlers/late_wsh.mjs", handler("""
                for await (const message of request.stream) {
                  await new Promise(resolve => setTimeout(resolve, message === 'slow' ? 300 : 0));
                  await request.stream.send(message);
                }
                """));
                var slow = gateway.connect("/late");
                var quick = gateway.connect("/late")) {
            slow.send("slow");
            assertThat(quick.ask("quick")).isEqualTo("quick");
            assertThat(slow.receive()).isEqualTo("slow");
        }
    }

    @Test
    void messagesSentWithoutAwaitKeepTheirOrder() throws Exception {
        try (var gateway = TestGateway.with("handlers/many_wsh.mjs", handler("""
                for (let i = 0; i < 500; i++) request.stream.send(String(i));
                await request.stream.receive();
                """));
                var socket = gateway.connect("/many")) {
            for (int i = 0; i < 500; i++) {
                assertThat(socket.receive()).isEqualTo(String.valueOf(i));
            }
        }
    }

    @Test
    void theHandshakeHookRefusesByThrowingAndMayNameAStatus() throws Exception {
        try (var gateway = TestGateway.with("handlers/no_wsh.mjs", """
                export async function webSocketDoExtraHandshake(request) {
                  throw Object.assign(new Error('not today'), { status: 401 });
                }
                export async function webSocketTransferData(request) {}
                """)) {
            assertThat(gateway.refusal("/no")).isEqualTo(401);
        }
    }

    @Test
    void anErrorInTheHandlerEndsTheConnectionWith1011() throws Exception {
        try (var gateway = TestGateway.with("handlers/bad_wsh.mjs", handler("null.foo;"));
                var socket = gateway.connect("/bad")) {
            assertThat(socket.closed().code()).isEqualTo(1011);
        }
    }

    @Test
    void thePassiveClosingHookChoosesTheAnswer() throws Exception {
        try (var gateway = TestGateway.with("handlers/close_wsh.mjs", ECHO + """
                export async function webSocketPassiveClosingHandshake(request) {
                  return { code: 4321, reason: 'you said ' + request.closeCode };
                }
                """);
                var socket = gateway.connect("/close")) {
            assertThat(socket.finish()).isEqualTo(new TestSocket.Closed(4321, "you said 1000"));
        }
    }

    @Test
    void aSavedScriptServesTheNextConnectionWhileOldOnesFinishOnTheOldVersion() throws Exception {
        try (var gateway = TestGateway.with("handlers/echo_wsh.mjs", ECHO)) {
            var before = gateway.connect("/echo");
            assertThat(before.ask("hi")).isEqualTo("hi");
            gateway.write("handlers/echo_wsh.mjs", ECHO.replace("send(message)", "send('v2: ' + message)"));
            eventually(() -> {
                try (var after = gateway.connect("/echo")) {
                    assertThat(after.ask("hi")).isEqualTo("v2: hi");
                }
            });
            assertThat(before.ask("hi")).isEqualTo("hi");
        }
    }
}
