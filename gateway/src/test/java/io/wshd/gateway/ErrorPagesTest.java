package io.wshd.gateway;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.server.HttpHandler;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import io.wshd.CapturedLog;
import io.wshd.MountedHandler;
import io.wshd.RawHttp;
import io.wshd.observe.RequestId;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ErrorPagesTest {

    private static RawHttp.Response get(HttpHandler handler, String... headers) throws Exception {
        try (var server = new MountedHandler("/", handler)) {
            return RawHttp.get(server.port(), "/x", headers);
        }
    }

    @Test
    void anErrorWithoutABodyGetsAPageWithTheIdThatItsHandlerCouldLog() throws Exception {
        var id = new AtomicReference<RequestId>();
        var page = get(
                exchange -> {
                    id.set(RequestId.of(exchange));
                    exchange.setStatusCode(StatusCodes.FORBIDDEN);
                },
                "Accept: text/html,*/*");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        assertThat(page.body())
                .startsWith("<!doctype html>")
                .contains("<h1>403 Forbidden</h1>", id.get().value());
    }

    @Test
    void aClientThatDoesNotAskForHtmlGetsPlainText() throws Exception {
        var page = get(exchange -> exchange.setStatusCode(StatusCodes.NOT_FOUND), "Accept: */*");
        assertThat(page.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(page.body()).matches("404 Not Found\nThere is nothing at this address\\..*\nRequest [0-9a-f]{16}\n");
    }

    @Test
    void aBodyOfTheHandlersOwnIsLeftAlone() throws Exception {
        var page = get(exchange -> {
            exchange.setStatusCode(StatusCodes.NOT_FOUND);
            exchange.getResponseSender().send("mine");
        });
        assertThat(page.body()).isEqualTo("mine");
        assertThat(page.header("Cache-Control")).isNull();
    }

    @Test
    void headersOfTheContentThatWasNotSentAreDroppedAndOthersKept() throws Exception {
        var page = get(exchange -> {
            exchange.setStatusCode(StatusCodes.METHOD_NOT_ALLOWED);
            exchange.getResponseHeaders().put(Headers.ETAG, "\"a\"").put(Headers.ALLOW, "GET");
        });
        assertThat(page.header("ETag")).isNull();
        assertThat(page.header("Allow")).isEqualTo("GET");
    }

    @Test
    void headGetsTheSameHeadersAndNoBody() throws Exception {
        try (var server = new MountedHandler("/", exchange -> exchange.setStatusCode(StatusCodes.NOT_FOUND))) {
            var page = RawHttp.ask(server.port(), "HEAD", "/x");
            assertThat(page.status()).isEqualTo(404);
            assertThat(page.header("Content-Length")).isNotEqualTo("0");
            assertThat(page.body()).isEmpty();
        }
    }

    @Test
    void anExceptionGives500WithItsTraceInTheLogOnly() throws Exception {
        HttpHandler fails = exchange -> {
            throw new IllegalStateException("secret");
        };
        assertLogged(fails);
    }

    @Test
    void anExceptionOnAWorkerThreadIsTreatedAlike() throws Exception {
        HttpHandler fails = exchange -> {
            throw new IllegalStateException("secret");
        };
        assertLogged(exchange -> exchange.dispatch(fails));
    }

    private static void assertLogged(HttpHandler handler) throws Exception {
        try (var log = new CapturedLog(ErrorPages.class);
                var server = new MountedHandler("/", handler)) {
            var page = RawHttp.get(server.port(), "/x?y");
            assertThat(page.status()).isEqualTo(500);
            assertThat(page.body()).doesNotContain("secret", "Exception");
            eventually(() -> assertThat(log.events()).hasSize(1));
            var event = log.events().getFirst();
            var id = event.getFormattedMessage().split(" ")[0];
            assertThat(page.body()).contains(id);
            assertThat(event.getFormattedMessage()).isEqualTo(id + " GET /x failed");
            assertThat(event.getThrowableProxy().getMessage()).isEqualTo("secret");
        }
    }
}
