package io.wshd.script.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Python's traceback, which logging imports, is loaded when something of it is used, and then is as it always was. */
@Timeout(180)
class TracebackTest {

    private static final String HANDLER = """
            import logging
            import sys

            loaded = 'textwrap' in sys.modules
            import traceback
            from traceback import format_exc

            loaded_by_use = 'textwrap' in sys.modules
            traceback.format_tb = given = lambda trace: ['given']

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                request.ws_stream.send_message('%s %s' % (loaded, loaded_by_use))
                try:
                    traceback.nothing
                except AttributeError as e:
                    request.ws_stream.send_message(str(e))
                try:
                    1 / 0
                except ZeroDivisionError:
                    request.ws_stream.send_message(format_exc().splitlines()[-1])
                names = {}
                exec('from traceback import *', names)
                request.ws_stream.send_message('%s %s %s' % (
                    traceback.format_tb is given, 'print_exc' in names, 'StackSummary' in dir(traceback)))
            """;

    private static final String REPLACING = """
            import traceback

            traceback.format_tb = given = lambda trace: ['given']

            def web_socket_do_extra_handshake(request):
                pass

            def web_socket_transfer_data(request):
                request.ws_stream.send_message('%s %s' % ('format_list' in dir(traceback), traceback.format_tb is given))
            """;

    @Test
    void itIsLoadedWhenSomethingOfItIsUsed() throws Exception {
        try (var gateway = TestGateway.with("handlers/trace_wsh.py", HANDLER);
                var socket = gateway.connect("/trace")) {
            assertThat(socket.receive()).isEqualTo("False True");
            assertThat(socket.receive()).isEqualTo("module 'traceback' has no attribute 'nothing'");
            assertThat(socket.receive()).isEqualTo("ZeroDivisionError: division by zero");
            assertThat(socket.receive()).isEqualTo("True True True");
        }
    }

    @Test
    void whatAScriptHasReplacedBeforeStays() throws Exception {
        try (var gateway = TestGateway.with("handlers/trace_wsh.py", REPLACING);
                var socket = gateway.connect("/trace")) {
            assertThat(socket.receive()).isEqualTo("True True");
        }
    }
}
