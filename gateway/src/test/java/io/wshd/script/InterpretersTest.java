package io.wshd.script;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Interpreters as the configuration names them: instances, languages, packages, environment, bounds. */
@Timeout(120)
class InterpretersTest {

    private static final String COUNTER = """
            count = 0

            def web_socket_do_extra_handshake(request):
                global count
                count += 1

            def web_socket_transfer_data(request):
                for message in iter(request.ws_stream.receive_message, None):
                    request.ws_stream.send_message(str(count))
            """;

    private static final String EVALUATE = """
            import os, sys, wshd

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                for message in iter(request.ws_stream.receive_message, None):
                    try:
                        answer = str(eval(message))
                    except Exception as e:
                        answer = f'{type(e).__name__}: {e}'
                    request.ws_stream.send_message(answer)
            """;

    private static final String CONFIG = """
            import { config } from "wshd";
            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) await request.stream.send(JSON.stringify(config));
            }
            """;

    private static TestGateway gateway;
    private static CapturedLog log;

    @BeforeAll
    static void start() {
        log = new CapturedLog();
        gateway = TestGateway.with(
                "conf/gateway.conf",
                """
                listeners { http { bind = "127.0.0.1:0" } }
                hosts {
                  "*" {
                    routes {
                      "/pair" { handlers = "handlers", interpreter = pair }
                      "/told" { handlers = "told", interpreter = told }
                      "/few" { handlers = "handlers", interpreter = few }
                    }
                  }
                }
                interpreters {
                  pair { instances = 2, language = python }
                  told {
                    arguments = ["--room", "blue"]
                    environment { STAGE = test }
                    path = ["lib"]
                    venv = "venv"
                  }
                  few { max-connections = 2, language = python }
                }
                """,
                "handlers/count_wsh.py",
                COUNTER,
                "handlers/js_wsh.mjs",
                CONFIG,
                "told/eval_wsh.py",
                EVALUATE,
                "told/config_wsh.mjs",
                CONFIG,
                "lib/words.py",
                "WORD = 'from lib'",
                "venv/pyvenv.cfg",
                "home = /usr/bin",
                "venv/lib/python3.11/site-packages/pure/__init__.py",
                "WORD = 'from venv'",
                "venv/lib/python3.11/site-packages/fast/__init__.py",
                "from . import _speedups",
                "venv/lib/python3.11/site-packages/fast/_speedups.cpython-311-x86_64-linux-gnu.so",
                "");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        log.close();
    }

    @Test
    void connectionsGoToTheInstanceWithTheFewestAndEachHasItsOwnGlobals() throws Exception {
        try (var one = gateway.connect("/pair/count");
                var two = gateway.connect("/pair/count")) {
            assertThat(List.of(one.ask("count"), two.ask("count"))).containsOnly("1");
            try (var three = gateway.connect("/pair/count");
                    var four = gateway.connect("/pair/count")) {
                assertThat(List.of(three.ask("count"), four.ask("count"))).containsOnly("2");
            }
            assertThat(one.ask("count")).isEqualTo("2");
        }
        eventually(() -> assertThat(gateway.gateway().scripts().interpreters())
                .filteredOn(interpreter -> interpreter.name().equals("pair"))
                .singleElement()
                .satisfies(interpreter -> assertThat(interpreter.connections()).containsExactly(0, 0)));
    }

    @Test
    void scriptsOfAnotherLanguageAreNotServedAndTheLogSaysWhy() throws Exception {
        assertThat(gateway.refusal("/pair/js")).isEqualTo(404);
        assertThat(log.text()).contains("js_wsh.mjs: not served: the interpreter of its route is for another language");
    }

    @Test
    void argumentsAndEnvironmentAreThereToBeRead() throws Exception {
        try (var socket = gateway.connect("/told/eval")) {
            assertThat(socket.ask("sys.argv[1:]")).isEqualTo("['--room', 'blue']");
            assertThat(socket.ask("os.environ['STAGE']")).isEqualTo("test");
            assertThat(socket.ask("os.environ.get('PATH')")).isEqualTo("None");
            assertThat(socket.ask("wshd.config.arguments")).isEqualTo("('--room', 'blue')");
            assertThat(socket.ask("wshd.config.environment")).isEqualTo("{'STAGE': 'test'}");
            assertThat(socket.ask("wshd.config.interpreter")).isEqualTo("told");
            assertThat(socket.ask("wshd.config.script")).isEqualTo("told/eval_wsh.py");
        }
        try (var socket = gateway.connect("/told/config")) {
            assertThat(socket.ask("?"))
                    .asString()
                    .contains("\"--room\",\"blue\"")
                    .contains("\"STAGE\":\"test\"");
        }
    }

    @Test
    void modulesComeFromThePathAndFromTheVirtualEnvironment() throws Exception {
        try (var socket = gateway.connect("/told/eval")) {
            assertThat(socket.ask("__import__('words').WORD")).isEqualTo("from lib");
            assertThat(socket.ask("__import__('pure').WORD")).isEqualTo("from venv");
        }
    }

    @Test
    void aPackageWithPartsInCIsRefusedWithTheReason() throws Exception {
        try (var socket = gateway.connect("/told/eval")) {
            assertThat(socket.ask("__import__('fast')"))
                    .asString()
                    .startsWith("ImportError: fast._speedups is compiled for CPython (")
                    .contains("_speedups.cpython-311-x86_64-linux-gnu.so")
                    .contains("packages in pure Python only");
            // Again and again, and those of Python's own.
            for (int i = 0; i < 2; i++) {
                assertThat(socket.ask("__import__('sqlite3')"))
                        .asString()
                        .startsWith("ImportError: _sqlite3 is compiled for native code (")
                        .contains("packages in pure Python only");
            }
            assertThat(socket.ask("__import__('re').Scanner([('a', None)])"))
                    .asString()
                    .startsWith("ImportError: this regular expression is beyond GraalPy's own engine");
        }
    }

    @Test
    void moreConnectionsThanAllowedAreRefusedUntilOneEnds() throws Exception {
        try (var one = gateway.connect("/few/count")) {
            try (var two = gateway.connect("/few/count")) {
                assertThat(two.ask("count")).isNotNull();
                assertThat(gateway.refusal("/few/count")).isEqualTo(503);
                assertThat(log.text()).contains("2 connections, as many as max-connections allows");
            }
            eventually(() -> {
                try (TestSocket again = gateway.connect("/few/count")) {
                    assertThat(again.ask("count")).isNotNull();
                }
            });
            assertThat(one.ask("count")).isNotNull();
        }
    }
}
