package io.wshd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Gives commands to the gateway that runs with a configuration file. */
final class ControlClient {

    /** Mixed into another command, whose output this is. */
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private ConfFile conf;

    @Option(
            names = "--control",
            paramLabel = "SOCKET",
            description = "The control socket. Default: that of the gateway which runs with the configuration file.")
    private Path socket;

    /**
     * Sends one line and prints the answer.
     *
     * @return the exit status: 0 done, 1 no gateway runs, 2 it refused
     */
    int send(String line) {
        var file = socket == null ? ControlFile.of(conf.file()) : socket;
        String answer;
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            channel.write(UTF_8.encode(line + "\n"));
            answer = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        } catch (IOException e) {
            print(false, "No gateway runs with " + conf.file() + " (" + file + ": " + e.getMessage() + ").\n");
            return 1;
        }
        int end = answer.indexOf('\n');
        boolean good = answer.startsWith("ok\n");
        print(good, end < 0 ? "The gateway ended before it answered.\n" : answer.substring(end + 1));
        return good ? 0 : 2;
    }

    private void print(boolean good, String text) {
        var writer = good ? spec.commandLine().getOut() : spec.commandLine().getErr();
        writer.print(text);
        writer.flush();
    }
}
