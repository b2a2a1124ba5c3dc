package io.wshd.cli;

import static io.wshd.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.wshd.RawHttp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that moves to another address under the name that it had. */
@Timeout(120)
class MovedServerTest {

    /** Less than the 30 s for which the JDK would keep an answer. */
    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    private Path site;

    @Test
    void aServerThatMovesIsFoundAgain() throws Exception {
        Path names = site.resolve("hosts");
        HttpServer before = server("127.0.0.1", 0, "before");
        HttpServer after = server("127.0.0.2", before.getAddress().getPort(), "after");
        try {
            Files.writeString(names, "127.0.0.1 app.test\n");
            Files.createDirectories(site.resolve("conf"));
            Files.writeString(site.resolve("conf/gateway.conf"), """
                    listeners { http { bind = "127.0.0.1:0" } }
                    hosts { "*" { routes { "/" { proxy = "http://app.test:%d" } } } }
                    proxy { dns-refresh = 1s }
                    """.formatted(
                            before.getAddress().getPort()));
            try (var gateway = WshdProcess.start(site, List.of("-Djdk.net.hosts.file=" + names), "run")) {
                int port = gateway.port();
                assertThat(RawHttp.get(port, "/").body()).isEqualTo("before");
                Files.writeString(names, "127.0.0.2 app.test\n");
                eventually(SOON, () -> assertThat(RawHttp.get(port, "/").body()).isEqualTo("after"));
                assertThat(gateway.err()).contains("app.test now has the addresses [127.0.0.2]");
            }
        } finally {
            before.stop(0);
            after.stop(0);
        }
    }

    private static HttpServer server(String address, int port, String answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, answer.length());
            exchange.getResponseBody().write(answer.getBytes(US_ASCII));
            exchange.close();
        });
        server.start();
        return server;
    }
}
