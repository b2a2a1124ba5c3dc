package io.wshd.cli;

import io.wshd.config.ConfigException;
import io.wshd.config.GatewayConfig;
import io.wshd.config.ListenerConfig;
import io.wshd.gateway.Bind;
import io.wshd.gateway.Gateway;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends one message to a handler, and prints what comes back. */
@Command(
        name = "try",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Sends one message to a handler and prints what comes back.",
            "It asks the gateway that runs; if none does, it starts one for this and stops it again."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  wshd try /echo hello                         prints the echo",
            "  wshd try /time                               sends nothing, prints the first message",
            "  wshd try /chat hello --answers 3             waits for three messages",
            "",
            "Exit status: 0 when as many answers came as were wanted, 1 when not, 2 for a mistake."
        })
final class Try implements Callable<Integer> {

    /** Longer than a cold interpreter takes to start. */
    private static final Duration CONNECT = Duration.ofSeconds(60);

    @Parameters(index = "0", paramLabel = "PATH", description = "The handler's address, such as /echo.")
    private String path;

    @Parameters(index = "1", arity = "0..1", paramLabel = "MESSAGE", description = "The text to send; none: nothing.")
    private Optional<String> message;

    @Option(
            names = "--answers",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many messages to wait for, 0 to 1000. Default: 1.")
    private int answers;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long to wait for each of them, 1 to 3600. Default: 10.")
    private int wait;

    @Mixin
    private ConfOptions conf;

    /** Acts by itself, while it is read. */
    @Mixin
    @SuppressWarnings("UnusedVariable")
    private LogOptions log;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (!path.startsWith("/")) {
            throw new ParameterException(
                    spec.commandLine(), "\"" + path + "\" is no path; expected one such as /" + path + ".");
        }
        if (answers < 0 || answers > 1000 || wait < 1 || wait > 3600) {
            throw new ParameterException(
                    spec.commandLine(), "expected --answers of 0 to 1000, and --wait of 1 to 3600 seconds.");
        }
        try {
            GatewayConfig config = conf.read();
            ListenerConfig first = config.listeners().getFirst();
            try {
                return converse(reachable(first.host()), first.port());
            } catch (ConnectException e) {
                return converseWithOneOfOurOwn(first);
            }
        } catch (ConfigException e) {
            return fail(e.report("nothing was sent"), 2);
        }
    }

    private int converseWithOneOfOurOwn(ListenerConfig first) throws Exception {
        say("No gateway runs at " + Bind.shown(first.host(), first.port()) + "; starting one for this message.");
        try (Gateway gateway = Gateway.start(conf.read(0))) {
            InetSocketAddress address = gateway.addresses().getFirst();
            return converse(reachable(address.getAddress().getHostAddress()), address.getPort());
        }
    }

    /** @throws ConnectException if nobody listens there */
    private int converse(String host, int port) throws ConnectException, InterruptedException {
        URI uri = URI.create("ws://" + Bind.shown(host, port) + path);
        // Not closed: that would wait for the server's answer to the end.
        HttpClient client = HttpClient.newHttpClient();
        var received = new Received();
        WebSocket socket;
        try {
            socket = client.newWebSocketBuilder()
                    .connectTimeout(CONNECT)
                    .buildAsync(uri, received)
                    .get(CONNECT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return refused(e.getCause());
        } catch (TimeoutException e) {
            return fail("no answer to the handshake within " + CONNECT.toSeconds() + " s", 1);
        }
        message.ifPresent(text -> {
            var _ = socket.sendText(text, true);
        });
        int status = await(received);
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "")
                .exceptionally(_ -> socket)
                .join();
        socket.abort();
        return status;
    }

    private int await(Received received) throws InterruptedException {
        for (int i = 0; i < answers; i++) {
            switch (received.next(Duration.ofSeconds(wait))) {
                case null -> {
                    return fail("no answer within " + wait + " s", 1);
                }
                case Received.Message(String text) -> {
                    spec.commandLine().getOut().println(text);
                    spec.commandLine().getOut().flush();
                }
                case Received.End(String how) -> {
                    return fail(how, 1);
                }
            }
        }
        return 0;
    }

    private int refused(Throwable why) throws ConnectException {
        return switch (why instanceof CompletionException ? why.getCause() : why) {
            case ConnectException nobody -> throw nobody;
            case WebSocketHandshakeException refusal ->
                fail(
                        path + ": refused with " + refusal.getResponse().statusCode()
                                + explanation(refusal.getResponse().statusCode()),
                        1);
            default -> fail(path + ": " + why, 1);
        };
    }

    private static String explanation(int status) {
        return switch (status) {
            case 404 -> ": no route has a script for it.";
            case 403 -> ": the script's handshake hook refused, or the route's origins do.";
            case 503 ->
                ": the script could not be loaded, or the interpreter has no room. The gateway's log says more.";
            default -> ". The gateway's log says more.";
        };
    }

    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0", "0:0:0:0:0:0:0:0", "::" -> "127.0.0.1";
            default -> host;
        };
    }

    private void say(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }

    private int fail(String why, int status) {
        say(why);
        return status;
    }
}
