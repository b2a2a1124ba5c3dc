package io.wshd.cli;

import io.wshd.config.ConfigException;
import io.wshd.config.ConfigReader;
import io.wshd.gateway.FirstConnections;
import io.wshd.gateway.Gateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A short life of the gateway that touches what every start needs, for the JVM to record into its start-up cache:
 * {@code bin/wshd} starts it with {@code -Dwshd.train=true}. It has files and scripts of its own in a temporary
 * directory and uses a free port.
 */
final class Training {

    private static final long SECONDS = 180;

    private static final String CONF = """
            listeners { http { bind = "127.0.0.1:0" } }
            hosts { "*" { routes {
              "/" { files = ".", handlers = "." }
              "/compatible" { handlers = ".", compatibility = pywebsocket }
            } } }
            # Python's own modules are kept compiled, by those that may write them.
            interpreters { main { permissions = trusted } }
            """;

    private static final String PYTHON = """
            import base64, datetime, hashlib, json, logging, os, queue, random, re, struct, threading, time, traceback, urllib
            import six, wshd
            from mod_pywebsocket import common, dispatch, extensions, handshake, memorizingfile, msgutil, stream, util
            from mod_pywebsocket.handshake import hybi
            from six.moves import queue, range, urllib

            threading.Thread(target=time.sleep, args=(0.01,), daemon=True).start()
            logging.getLogger('training').warning('%s', json.dumps(re.findall('a', 'banana')))
            traceback.format_stack()
            msgutil.MessageReceiver


            def web_socket_do_extra_handshake(request):
                request.headers_in.get('Origin')


            def web_socket_transfer_data(request):
                while True:
                    message = request.ws_stream.receive_message()
                    if message is None:
                        return
                    request.ws_stream.send_message(message, binary=isinstance(message, bytes))
            """;

    private static final String RAW = """
            from mod_pywebsocket import common, msgutil, stream

            def web_socket_do_extra_handshake(request):
                for processor in request.ws_extension_processors:
                    processor.set_client_no_context_takeover(True)


            def web_socket_transfer_data(request):
                while True:
                    opcode, payload, fin, rsv1, rsv2, rsv3 = request.ws_stream._receive_frame()
                    if opcode == common.OPCODE_CLOSE:
                        return
                    request.connection.write(stream.create_binary_frame(payload, opcode))
            """;

    private static final String ANSWER = """
            from mod_pywebsocket import common, handshake, msgutil, stream
            from mod_pywebsocket.handshake import hybi

            def web_socket_do_extra_handshake(request):
                accept = hybi.compute_accept_from_unicode(request.headers_in['Sec-WebSocket-Key'])
                request.connection.write(b'HTTP/1.1 101 Yes\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n'
                                         b'Sec-WebSocket-Accept: ' + accept + b'\\r\\n\\r\\n')
                request.connection.read(11)
                request.connection.write(stream.create_text_frame('hello'))
                raise handshake.AbortedByUserException('all is said')


            def web_socket_transfer_data(request):
                pass
            """;

    private static final String JAVASCRIPT = """
            import { log } from 'wshd';

            log.info('%s', structuredClone({ url: new URL('http://localhost/?a=b').searchParams.get('a') }));
            await fetch('http://127.0.0.1:0/').catch(error => console.log(error.message));

            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const message of request.stream) await request.stream.send(message);
            }
            """;

    private Training() {}

    static boolean isWanted() {
        return Boolean.getBoolean("wshd.train");
    }

    /** Starts a gateway, asks for a page and for an echo in each language, and stops it. Blocks for seconds. */
    static void run() throws ConfigException, IOException, InterruptedException, ExecutionException, TimeoutException {
        Path root = Files.createTempDirectory("wshd-training");
        Path conf = Files.writeString(root.resolve("gateway.conf"), CONF);
        Files.writeString(root.resolve("index.html"), "<!doctype html><title>training</title>");
        Files.writeString(root.resolve("python_wsh.py"), PYTHON);
        Files.writeString(root.resolve("raw_wsh.py"), RAW);
        Files.writeString(root.resolve("answer_wsh.py"), ANSWER);
        Files.writeString(root.resolve("javascript_wsh.mjs"), JAVASCRIPT);
        List<String> settings = List.of("scripts.ready-timeout=" + SECONDS + "s");
        try (Gateway gateway = Gateway.start(ConfigReader.read(conf, settings, OptionalInt.of(0)));
                HttpClient client = HttpClient.newHttpClient()) {
            int port = gateway.addresses().getFirst().getPort();
            String address = "127.0.0.1:" + port;
            client.send(
                    HttpRequest.newBuilder(URI.create("http://" + address + "/"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            echo(client, URI.create("ws://" + address + "/python"));
            echo(client, URI.create("ws://" + address + "/compatible/python"));
            echo(client, URI.create("ws://" + address + "/compatible/raw"));
            echo(client, URI.create("ws://" + address + "/javascript"));
            for (String path :
                    List.of("/python", "/compatible/python", "/compatible/raw", "/compatible/answer", "/javascript")) {
                FirstConnections.converse(port, path, Duration.ofSeconds(SECONDS));
            }
        } finally {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void echo(HttpClient client, URI uri)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(uri, new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        answer.complete(data.toString());
                        return null;
                    }

                    @Override
                    public void onError(WebSocket from, Throwable error) {
                        answer.completeExceptionally(error);
                    }
                })
                .get(SECONDS, TimeUnit.SECONDS);
        socket.sendText("hello", true).get(SECONDS, TimeUnit.SECONDS);
        answer.get(SECONDS, TimeUnit.SECONDS);
        // Without waiting for the end: closing the client would wait for it.
        socket.abort();
    }
}
