package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import io.wshd.websocket.Frames;
import io.wshd.websocket.RawClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
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
    void binaryMessagesAreOrdinaryArraysThatMayBeKeptAndChanged() throws Exception {
        try (var gateway = TestGateway.with("handlers/bytes_wsh.mjs", handler("""
                const kept = [];
                for await (const m of request.stream) {
                  m[0] += 1;
                  kept.push(m);
                  if (kept.length === 2) {
                    const all = new Uint8Array([...kept[0], ...kept[1]]);
                    kept[0].fill(0);
                    await request.stream.send(new DataView(all.buffer, 1));
                    await request.stream.send(structuredClone(m).buffer);
                  }
                }
                """));
                var socket = gateway.connect("/bytes")) {
            socket.send(new byte[] {1, 2});
            socket.send(new byte[] {3, 4});
            assertThat((byte[]) socket.receive()).containsExactly(2, 4, 4);
            assertThat((byte[]) socket.receive()).containsExactly(4, 4);
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
    void anErrorInTheHandlerEndsTheConnectionWith1011AndHasItsPlaceInTheLog() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with(
                        "handlers/bad_wsh.mjs",
                        "import { broken } from './lib.mjs';\n" + handler("await null;\nbroken();"),
                        "handlers/lib.mjs",
                        "export function broken() {\n  return null.foo;\n}\n");
                var socket = gateway.connect("/bad")) {
            assertThat(socket.closed()).isEqualTo(new TestSocket.Closed(1011, ""));
            eventually(() -> assertThat(log.text())
                    .containsPattern(
                            "ERROR script.bad_wsh: #\\d+ handlers/lib.mjs:2:10: TypeError: Cannot read property"
                                    + " 'foo' of null\n    at broken \\(handlers/lib.mjs:2:10\\)\n"
                                    + "    at webSocketTransferData \\(handlers/bad_wsh.mjs:5:3\\)"));
        }
    }

    @Test
    void anErrorAfterTheClientHasLeftIsLoggedAndASendToNobodyIsNot() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with("handlers/late_wsh.mjs", handler("""
                        while (await request.stream.receive() !== null);
                        if (request.resource.endsWith('?send')) await request.stream.send('late');
                        null.foo;
                        """))) {
            gateway.connect("/late?send").finish();
            gateway.connect("/late").finish();
            eventually(() -> assertThat(log.text()).contains("handlers/late_wsh.mjs:5:3: TypeError: "));
            assertThat(log.text()).doesNotContain("the connection has ended");
        }
    }

    @Test
    void anErrorThatNobodyHandlesIsLoggedWithItsPlaceAndEndsNothing() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with("handlers/loose_wsh.mjs", handler("""
                        for await (const message of request.stream) {
                          if (message === 'promise') Promise.reject(new RangeError('one'));
                          if (message === 'timer') setTimeout(() => { throw new RangeError('two'); }, 1);
                          if (message === 'microtask') queueMicrotask(() => { throw new RangeError('three'); });
                          if (message === 'word') Promise.reject('four');
                          await request.stream.send(message);
                        }
                        """));
                var socket = gateway.connect("/loose")) {
            for (var message : List.of("promise", "timer", "microtask", "word")) {
                assertThat(socket.ask(message)).isEqualTo(message);
            }
            eventually(() -> assertThat(log.text())
                    .contains("unhandled rejection: handlers/loose_wsh.mjs:4:47: RangeError: one")
                    .containsPattern("#\\d+ handlers/loose_wsh.mjs:5:55: RangeError: two")
                    .containsPattern("#\\d+ handlers/loose_wsh.mjs:6:63: RangeError: three")
                    .contains("threw four"));
            assertThat(socket.ask("still")).isEqualTo("still");
        }
    }

    @Test
    void anErrorInTheHandshakeHookHasItsPlaceInTheLog() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with("handlers/no_wsh.mjs", """
                        export async function webSocketDoExtraHandshake(request) {
                          request.nothing.more;
                        }
                        export async function webSocketTransferData(request) {}
                        """)) {
            assertThat(gateway.refusal("/no")).isEqualTo(403);
            assertThat(log.text()).contains("403 handlers/no_wsh.mjs: handlers/no_wsh.mjs:2:3: TypeError: ");
        }
    }

    @Test
    void severalMayWaitForMessagesAndGetThemInTurn() throws Exception {
        try (var gateway = TestGateway.with("handlers/two_wsh.mjs", handler("""
                const [a, b] = await Promise.all([request.stream.receive(), request.stream.receive()]);
                await request.stream.send(a + b);
                for await (const message of request.stream) break;
                await request.stream.send(String(await request.stream.receive()));
                await request.stream.send(String(request.closeCode));
                """));
                var socket = gateway.connect("/two")) {
            for (var message : List.of("1", "2", "3", "4")) {
                socket.send(message);
            }
            assertThat(List.of(socket.receive(), socket.receive())).containsExactly("12", "4");
        }
    }

    @Test
    void theEndIsSeenByAllThatWaitForMessages() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with("handlers/end_wsh.mjs", handler("""
                        const both = await Promise.all([request.stream.receive(), request.stream.receive()]);
                        console.log('end', both, request.closeCode, request.closeReason);
                        """));
                var socket = gateway.connect("/end")) {
            socket.finish();
            eventually(() -> assertThat(log.text()).contains("end (2)[null, null] 1000 "));
        }
    }

    @Test
    void aSendWaitsForASlowClient() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with("handlers/push_wsh.mjs", """
                        let sent = 0;
                        export async function webSocketDoExtraHandshake(request) {}
                        export async function webSocketTransferData(request) {
                          if (request.resource.endsWith('?count')) return request.stream.send(String(sent));
                          const piece = new Uint8Array(65536);
                          for (; sent < 1000; sent++) await request.stream.send(piece);
                        }
                        """);
                var slow = RawClient.open(gateway.port(), "/push")) {
            long[] last = {-1, 0};
            eventually(() -> {
                long now;
                try (var socket = gateway.connect("/push?count")) {
                    now = Long.parseLong((String) socket.receive());
                }
                last[1] = now > 0 && now == last[0] ? last[1] + 1 : 0;
                last[0] = now;
                assertThat(last[1]).as("looks without a change").isGreaterThan(10);
            });
            assertThat(last[0]).isLessThan(900);
            var frames = slow.framesToTheEnd();
            assertThat(frames).hasSize(1001);
            assertThat(frames.getLast().first()).isEqualTo(0x88);
            assertThat(log.text()).doesNotContain("ERROR");
        }
    }

    @Test
    void sendsThatNobodyAwaitsAreBounded() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with(
                        List.of("scripts.send-backlog=256KiB"), "handlers/flood_wsh.mjs", handler("""
                        const piece = new Uint8Array(65536);
                        for (let i = 0; i < 1000; i++) request.stream.send(piece);
                        await request.stream.receive();
                        """));
                var slow = RawClient.open(gateway.port(), "/flood")) {
            eventually(() -> assertThat(log.text())
                    .contains("unhandled rejection: ")
                    .contains("too much waits for this client (scripts.send-backlog); await each send"));
            slow.send(Frames.text("enough"));
            assertThat(slow.framesToTheEnd()).hasSizeBetween(5, 900);
        }
    }

    @Test
    void closeSendsCodeAndReasonBehindWhatWasSentAndWaitsForTheAnswer() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with("handlers/bye_wsh.mjs", handler("""
                        request.stream.send('last words');
                        await request.stream.close(4000, 'enough');
                        console.log('closed');
                        await request.stream.send('too late').catch(error => console.log(error.message));
                        """));
                var client = RawClient.open(gateway.port(), "/bye")) {
            assertThat(client.frames(2))
                    .extracting(Object::toString)
                    .containsExactly("81:last words", "88:\u000F\u00A0enough");
            assertThat(log.text()).doesNotContain("closed");
            client.send(Frames.close(4000, ""));
            eventually(() -> assertThat(log.text()).contains("closed").contains("the connection has ended"));
        }
    }

    @Test
    void aCodeThatCannotBeSentIsAnErrorOfTheScript() throws Exception {
        try (var gateway = TestGateway.with("handlers/code_wsh.mjs", handler("""
                await request.stream.close(1006).catch(error => request.stream.send(error.name + ' ' + error.message));
                """));
                var socket = gateway.connect("/code")) {
            assertThat((String) socket.receive()).startsWith("RangeError close code 1006 cannot be sent");
            assertThat(socket.closed().code()).isEqualTo(1000);
        }
    }

    @Test
    void manyConnectionsWithNewsAtOnceAllGetTheirTurn() throws Exception {
        try (var gateway = TestGateway.with("handlers/echo_wsh.mjs", ECHO)) {
            List<TestSocket> sockets = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                sockets.add(gateway.connect("/echo"));
            }
            for (int round = 0; round < 20; round++) {
                for (var socket : sockets) {
                    socket.send("message " + round);
                }
                for (var socket : sockets) {
                    assertThat(socket.receive()).isEqualTo("message " + round);
                }
            }
            sockets.forEach(TestSocket::close);
        }
    }

    @Test
    void theRequestHasWhatTheClientSaid() throws Exception {
        try (var gateway = TestGateway.with("handlers/who_wsh.mjs", """
                export async function webSocketDoExtraHandshake(request) {
                  request.protocol = request.requestedProtocols[1];
                  request.extraHeaders.push(['X-Mine', 'yes']);
                  request.mine = 'kept';
                }
                export async function webSocketTransferData(request) {
                  await request.stream.send(JSON.stringify([request.method, request.resource, request.secure, request.origin,
                    request.headers.get('SEC-WEBSOCKET-VERSION'), request.headers.has('nothing'), request.protocol,
                    request.remoteAddress.host, request.mine, typeof request.id]));
                }
                """);
                var socket = gateway.connect("/who?x=1", "a", "b")) {
            assertThat(socket.subprotocol()).isEqualTo("b");
            assertThat(socket.receive())
                    .isEqualTo(
                            "[\"GET\",\"/who?x=1\",false,null,\"13\",false,\"b\",\"127.0.0.1\",\"kept\",\"number\"]");
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
