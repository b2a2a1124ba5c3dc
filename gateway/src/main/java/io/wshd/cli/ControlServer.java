package io.wshd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes commands for a running gateway on a unix socket: one line in, the answer out. Whoever may open the socket may do
 * everything, so its directory is the user's alone.
 */
final class ControlServer implements AutoCloseable {

    /** What a command came to. */
    record Answer(boolean good, String text) {}

    /** Does what a line asks for. May block. */
    interface Commands {
        Answer run(List<String> words);
    }

    private static final Logger LOG = LoggerFactory.getLogger("gateway");
    private static final int MOST_CLIENTS = 16;
    private static final int LONGEST_LINE = 4096;

    private final Path socket;
    private final ServerSocketChannel channel;
    private final Commands commands;
    private final Semaphore clients = new Semaphore(MOST_CLIENTS);

    private ControlServer(Path socket, ServerSocketChannel channel, Commands commands) {
        this.socket = socket;
        this.channel = channel;
        this.commands = commands;
    }

    /**
     * Opens the socket.
     *
     * @throws IOException if its place is not safe, or another gateway with the same configuration has it
     */
    static ControlServer open(Path socket, Commands commands) throws IOException {
        ControlFile.prepare(socket);
        var address = UnixDomainSocketAddress.of(socket);
        if (Files.exists(socket)) {
            try (var other = SocketChannel.open(address)) {
                throw taken();
            } catch (java.net.SocketException e) {
                // Left over from one that was killed.
                Files.delete(socket);
            }
        }
        var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(address);
        } catch (IOException e) {
            channel.close();
            // Two that start at the same moment both find no socket.
            throw e instanceof BindException ? taken() : e;
        }
        var server = new ControlServer(socket, channel, commands);
        Thread.ofVirtual().name("control").start(server::accept);
        return server;
    }

    private static IOException taken() {
        return new IOException("another gateway with the same configuration has it");
    }

    private void accept() {
        try {
            while (true) {
                var client = channel.accept();
                if (clients.tryAcquire()) {
                    Thread.ofVirtual().name("control-client").start(() -> serve(client));
                } else {
                    client.close();
                }
            }
        } catch (IOException e) {
            LOG.debug("no more commands are taken", e);
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            var in = new BufferedReader(new InputStreamReader(Channels.newInputStream(client), UTF_8), LONGEST_LINE);
            var line = new StringBuilder();
            for (int c = in.read(); c >= 0 && c != '\n' && line.length() < LONGEST_LINE; c = in.read()) {
                line.append((char) c);
            }
            var answer = commands.run(List.of(line.toString().strip().split(" ")));
            var bytes = UTF_8.encode((answer.good() ? "ok\n" : "failed\n") + answer.text());
            write(client, bytes);
        } catch (IOException e) {
            LOG.debug("who gave a command has left", e);
        } catch (RuntimeException e) {
            LOG.error("a command failed", e);
        } finally {
            clients.release();
        }
    }

    private static void write(SocketChannel client, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.debug("{} could not be removed", socket, e);
        }
    }
}
