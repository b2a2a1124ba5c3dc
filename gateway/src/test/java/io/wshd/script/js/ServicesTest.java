package io.wshd.script.js;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import io.wshd.websocket.Frames;
import io.wshd.websocket.RawClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The module {@code wshd}. */
@Timeout(60)
class ServicesTest {

    private static final String ROOM = """
            import { log, config, connections, broadcast } from 'wshd';

            globalThis.api = { log, config, connections, broadcast };

            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const code of request.stream) {
                const value = await (0, eval)(`(async ({ log, config, connections, broadcast }, request) => (${code}))`)(
                  api, request);
                await request.stream.send(JSON.stringify(value) ?? 'undefined');
              }
            }
            """;

    @Test
    void aBroadcastReachesAllConnectionsOfTheScriptInEveryVersion() throws Exception {
        try (var gateway = TestGateway.with("handlers/room_wsh.mjs", ROOM, "handlers/other_wsh.mjs", ROOM)) {
            try (var old = gateway.connect("/room");
                    var other = gateway.connect("/other")) {
                assertThat(old.ask("connections().length")).isEqualTo("1");
                gateway.write("handlers/room_wsh.mjs", ROOM.replace("undefined'", "new version'"));
                eventually(() -> {
                    try (var fresh = gateway.connect("/room")) {
                        assertThat(fresh.ask("undefined")).isEqualTo("new version");
                    }
                });
                eventually(() -> assertThat(old.ask("connections().length")).isEqualTo("1"));
                try (var fresh = gateway.connect("/room")) {
                    assertThat(fresh.ask("1")).isEqualTo("1");
                    old.send("broadcast('hello')");
                    assertThat(fresh.receive()).isEqualTo("hello");
                    assertThat(List.of(old.receive(), old.receive())).containsExactly("hello", "2");
                    fresh.send("broadcast(new Uint8Array([7, 8, 9]).subarray(1))");
                    assertThat((byte[]) old.receive()).containsExactly(8, 9);
                    assertThat((byte[]) fresh.receive()).containsExactly(8, 9);
                    assertThat(fresh.receive()).isEqualTo("2");
                }
                assertThat(other.ask("'mine'")).isEqualTo("\"mine\"");
            }
        }
    }

    @Test
    void connectionsCanBeToldApartWrittenToAndClosed() throws Exception {
        try (var gateway = TestGateway.with("handlers/room_wsh.mjs", ROOM);
                var one = gateway.connect("/room?a");
                var two = gateway.connect("/room?b")) {
            two.ask("1");
            assertThat(one.ask("connections().map(c => [c.resource, c.remoteAddress.host, c.isOpen,"
                            + " c.since <= new Date(), c.id === request.id])"))
                    .isEqualTo(
                            "[[\"/room?a\",\"127.0.0.1\",true,true,true],[\"/room?b\",\"127.0.0.1\",true,true,false]]");
            assertThat(one.ask("connections()[1].send('for you')")).isEqualTo("true");
            assertThat(two.receive()).isEqualTo("for you");
            one.send("connections()[1].close(4001, 'out')");
            assertThat(two.closed()).isEqualTo(new TestSocket.Closed(4001, "out"));
            one.receive();
            eventually(() -> assertThat(one.ask("connections().length")).isEqualTo("1"));
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsUpNobodyAndIsClosed() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with(List.of("scripts.send-backlog=256KiB"), "handlers/room_wsh.mjs", ROOM);
                var reader = gateway.connect("/room");
                var stuck = RawClient.open(gateway.port(), "/room")) {
            eventually(() -> assertThat(reader.ask("connections().length")).isEqualTo("2"));
            reader.send(
                    "(async () => { const big = 'x'.repeat(50000); let all = 2; let n = 0;"
                            + " for (; all === 2 && n < 1000; n++) { all = broadcast(big); await null; } return [n, all]; })()");
            Object message = reader.receive();
            int count = 0;
            while (((String) message).startsWith("x")) {
                count++;
                message = reader.receive();
            }
            // The last broadcast went to one connection only, and the reader has them all.
            assertThat((String) message).isEqualTo("[" + count + ",1]");
            assertThat(log.text()).contains("(scripts.send-backlog); it is closed with 1013");
            assertThat(reader.ask("1")).isEqualTo("1");
            stuck.send(Frames.text("1"));
            assertThat(stuck.framesToTheEnd().getLast().payload()).startsWith(1013 >> 8, 1013 & 255);
        }
    }

    @Test
    void theLogHasLevelsTheScriptsNameAndTheConnection() throws Exception {
        try (var log = new CapturedLog();
                var gateway = TestGateway.with(
                        "handlers/room_wsh.mjs",
                        ROOM.replace("globalThis.api", "log.info('loaded');\nglobalThis.api"));
                var socket = gateway.connect("/room")) {
            var id = socket.ask("(log.warn('%s is', 'this', { a: 1 }), request.id)");
            assertThat(log.text())
                    .contains("INFO script.room_wsh: loaded")
                    .contains("WARN script.room_wsh: #" + id + " this is {a: 1}");
        }
    }

    @Test
    void theConfigurationIsThereToBeReadOnly() throws Exception {
        try (var gateway = TestGateway.with("handlers/room_wsh.mjs", ROOM);
                var socket = gateway.connect("/room")) {
            assertThat(socket.ask("config"))
                    .isEqualTo("{\"script\":\"handlers/room_wsh.mjs\",\"interpreter\":\"main\",\"arguments\":[],"
                            + "\"environment\":{}}");
            assertThat(socket.ask("(() => { try { config.script = 1; } catch (e) { return e.name; } })()"))
                    .isIn("\"TypeError\"", "undefined");
            assertThat(socket.ask("[Object.isFrozen(config), config.script]"))
                    .isEqualTo("[true,\"handlers/room_wsh.mjs\"]");
        }
    }
}
