package io.wshd.script.js;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.wshd.Eventually;
import io.wshd.TestGateway;
import io.wshd.TestSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code fetch} in a handler, against a server of this test. */
@Timeout(60)
class FetchTest {

    private static final int PIECE = 64 * 1024;

    private static TestGateway gateway;
    private TestSocket socket;
    private static Undertow server;
    private static Undertow elsewhere;
    private static String base;
    private static final AtomicLong WRITTEN = new AtomicLong();
    private static final CountDownLatch ABORTED = new CountDownLatch(1);

    private static final CountDownLatch STOPPED = new CountDownLatch(1);

    @BeforeAll
    static void start() throws Exception {
        elsewhere = listen(FetchTest::echo);
        server = listen(FetchTest::serve);
        base = "http://127.0.0.1:" + port(server);
        gateway = TestGateway.with(List.of("scripts.fetches=4"), "handlers/eval_wsh.mjs", WebApisTest.EVALUATOR);
        try (var first = gateway.connect("/eval")) {
            // The first use in a process takes seconds on a busy machine.
            first.send("fetch('" + base + "/echo').then(r => r.body.cancel())");
            assertThat(first.within(Duration.ofSeconds(50))).isNotNull();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        socket = gateway.connect("/eval");
    }

    @AfterEach
    void disconnect() {
        socket.close();
    }

    @AfterAll
    static void stop() {
        STOPPED.countDown();
        gateway.close();
        server.stop();
        elsewhere.stop();
    }

    private static Undertow listen(HttpHandler handler) {
        Undertow started = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setHandler(new BlockingHandler(handler))
                .build();
        started.start();
        return started;
    }

    private static int port(Undertow undertow) {
        return ((InetSocketAddress) undertow.getListenerInfo().getFirst().getAddress()).getPort();
    }

    private static void serve(HttpServerExchange exchange) throws Exception {
        switch (exchange.getRequestPath()) {
            case "/to" -> redirect(exchange, 302, "/echo");
            case "/see" -> redirect(exchange, 303, "/echo?seen");
            case "/keep" -> redirect(exchange, 307, "/echo");
            case "/away" -> redirect(exchange, 307, "http://127.0.0.1:" + port(elsewhere) + "/echo");
            case "/round" -> redirect(exchange, 302, "/round");
            case "/bytes" -> redirect(exchange, 302, "/echo?\u00C3\u00BC");
            case "/gzip" -> gzip(exchange, gzipped("x".repeat(1_000_000)));
            case "/cut" -> gzip(exchange, Arrays.copyOf(gzipped("text"), 20));
            case "/junk" -> gzip(exchange, "no gzip".getBytes(StandardCharsets.UTF_8));
            case "/form" -> {
                exchange.getResponseHeaders()
                        .put(Headers.CONTENT_TYPE, exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE));
                exchange.getOutputStream().write(exchange.getInputStream().readAllBytes());
            }
            case "/length" ->
                exchange.getResponseSender()
                        .send(exchange.getRequestHeaders().contains(Headers.CONTENT_LENGTH) ? "told" : "not told");
            case "/none" -> exchange.setStatusCode(204).endExchange();
            case "/endless" -> endless(exchange);
            case "/endless-junk" -> {
                exchange.getResponseHeaders().put(Headers.CONTENT_ENCODING, "gzip");
                endless(exchange);
            }
            case "/silent" -> {
                STOPPED.await(30, TimeUnit.SECONDS);
                exchange.endExchange();
            }
            case "/broken" -> {
                exchange.getResponseHeaders().put(Headers.CONTENT_LENGTH, 100);
                exchange.getOutputStream().write(new byte[10]);
                exchange.getOutputStream().flush();
                exchange.getConnection().close();
            }
            default -> echo(exchange);
        }
    }

    private static void redirect(HttpServerExchange exchange, int status, String location) {
        exchange.setStatusCode(status).getResponseHeaders().put(Headers.LOCATION, location);
        exchange.endExchange();
    }

    /** Method, path, some headers and the body of the request, a line each. */
    private static void echo(HttpServerExchange exchange) throws Exception {
        String body = new String(exchange.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        exchange.getResponseHeaders().put(new HttpString("X-Answer"), "yes");
        exchange.getResponseSender()
                .send(String.join(
                        "\n",
                        exchange.getRequestMethod().toString(),
                        exchange.getRequestURI() + "?" + exchange.getQueryString(),
                        String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                        String.valueOf(exchange.getRequestHeaders().getFirst("X-Mine")),
                        String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                        body));
    }

    private static byte[] gzipped(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void gzip(HttpServerExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().put(Headers.CONTENT_ENCODING, "gzip");
        exchange.getOutputStream().write(body);
    }

    private static void endless(HttpServerExchange exchange) {
        WRITTEN.set(0);
        try {
            OutputStream out = exchange.getOutputStream();
            while (true) {
                out.write(new byte[PIECE]);
                out.flush();
                WRITTEN.addAndGet(PIECE);
            }
        } catch (IOException e) {
            ABORTED.countDown();
        }
    }

    private String value(String expression) throws Exception {
        return (String) socket.ask(expression.replace("BASE", base));
    }

    private void is(String expression, String json) throws Exception {
        assertThat(value(expression)).as(expression).isEqualTo(json);
    }

    @Test
    void aResponseHasStatusHeadersAndBody() throws Exception {
        is(
                "(async () => { const r = await fetch('BASE/echo?a=%7C|{}', { headers: { 'X-Mine': '1' } });"
                        + " return [r.status, r.ok, r.headers.get('x-answer'), r.redirected, (await r.text()).split('\\n'),"
                        + " r.bodyUsed]; })()",
                "[200,true,\"yes\",false,[\"GET\",\"/echo?a=%7C%7C%7B%7D\",\"null\",\"1\",\"null\",\"\"],true]");
        is("fetch('BASE/none').then(async r => [r.status, r.body, await r.text()])", "[204,null,\"\"]");
    }

    @Test
    void bodiesOfAllKindsAreSentWithTheirType() throws Exception {
        is(
                "fetch('BASE/', { method: 'post', body: 'tü' }).then(r => r.text())",
                "\"POST\\n/?\\nnull\\nnull\\ntext/plain;charset=UTF-8\\ntü\"");
        is(
                "fetch('BASE/', { method: 'PUT', body: new URLSearchParams({ a: 'b c' }) }).then(r => r.text())",
                "\"PUT\\n/?\\nnull\\nnull\\napplication/x-www-form-urlencoded;charset=UTF-8\\na=b+c\"");
        is(
                "fetch('BASE/', { method: 'POST', body: new TextEncoder().encode('xyz').subarray(1) }).then(r => r.text())",
                "\"POST\\n/?\\nnull\\nnull\\nnull\\nyz\"");
        is(
                "fetch('BASE/', { method: 'POST', body: new Blob(['b'], { type: 'a/b' }) }).then(r => r.text())",
                "\"POST\\n/?\\nnull\\nnull\\na/b\\nb\"");
        is(
                "fetch(new Request('BASE/', { method: 'POST', body: (async function* () { yield 'one '; yield 'two'; })() }))"
                        + ".then(r => r.text())",
                "\"POST\\n/?\\nnull\\nnull\\nnull\\none two\"");
        is("fetch('BASE/', { body: 'x' })", "TypeError: GET has no body");
    }

    @Test
    void redirectsAreFollowedAsBrowsersDo() throws Exception {
        is(
                "fetch('BASE/to', { method: 'POST', body: 'x' }).then(async r => [r.url.slice(-5), r.redirected,"
                        + " (await r.text()).split('\\n')[0]])",
                "[\"/echo\",true,\"GET\"]");
        is(
                "fetch('BASE/see', { method: 'PUT', body: 'x' }).then(async r => (await r.text()).split('\\n').slice(0, 2))",
                "[\"GET\",\"/echo?seen\"]");
        is(
                "fetch('BASE/keep', { method: 'PUT', body: 'x' }).then(async r => (await r.text()).split('\\n').at(-1))",
                "\"x\"");
        is(
                "fetch('BASE/to', { redirect: 'manual' }).then(r => [r.status, r.headers.get('location')])",
                "[302,\"/echo\"]");
        is("fetch('BASE/round')", "TypeError: more than 20 redirects");
        assertThat(value("fetch('BASE/to', { redirect: 'error' })")).endsWith("/to redirects to /echo");
    }

    @Test
    void credentialsStayWithTheOriginTheyWereFor() throws Exception {
        String init = "{ headers: { Authorization: 'secret' } }";
        is("fetch('BASE/keep', " + init + ").then(async r => (await r.text()).split('\\n')[2])", "\"secret\"");
        is("fetch('BASE/away', " + init + ").then(async r => (await r.text()).split('\\n')[2])", "\"null\"");
    }

    @Test
    void aBodyIsReadPieceByPieceAndTheServerHasToWait() throws Exception {
        is(
                "(async () => { globalThis.endless = await fetch('BASE/endless'); globalThis.reader = endless.body.getReader();"
                        + " return (await reader.read()).value.length > 0; })()",
                "true");
        // What is not read stays with the server, but for what fits into buffers on the way.
        long[] last = {-1, 0};
        Eventually.eventually(() -> {
            long now = WRITTEN.get();
            last[1] = now > 0 && now == last[0] ? last[1] + 1 : 0;
            last[0] = now;
            assertThat(last[1]).as("looks without a change").isGreaterThan(30);
        });
        assertThat(WRITTEN.get()).isLessThan(32L << 20);
        is("reader.cancel().then(() => reader.read()).then(r => r.done)", "true");
        assertThat(ABORTED.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aSignalEndsARequestBeforeAndWithinItsResponse() throws Exception {
        is("fetch('BASE/echo', { signal: AbortSignal.abort() })", "AbortError: the operation was aborted");
        is("fetch('BASE/silent', { signal: AbortSignal.timeout(50) })", "TimeoutError: the time is up");
        is(
                "(async () => { const c = new AbortController(); const r = await fetch('BASE/endless', { signal: c.signal });"
                        + " setTimeout(() => c.abort(), 20); for await (const piece of r.body); })()",
                "AbortError: the operation was aborted");
    }

    @Test
    void failuresSayWhichOriginAndWhy() throws Exception {
        is(
                "fetch('http://127.0.0.1:1/x')",
                "TypeError: fetch of http://127.0.0.1:1 failed: nothing accepts connections there");
        is(
                "fetch('http://no-such-host.invalid/')",
                "TypeError: fetch of http://no-such-host.invalid failed: there is no such host");
        assertThat(value("fetch('BASE/broken').then(r => r.text())")).startsWith("TypeError: the response broke off: ");
        is("fetch('file:///etc/passwd')", "TypeError: fetch knows http and https, not file:///etc/passwd");
        is("fetch('no url')", "TypeError: Invalid URL: no url");
        is("fetch('BASE/', { method: 'CONNECT' })", "TypeError: not a method: CONNECT");
        assertThat(value("fetch('BASE/', { headers: { 'X-Mine': '\u00fc' } })"))
                .endsWith("is not possible: x-mine has a character that is no ASCII");
    }

    @Test
    void requestsUnderWayAreBounded() throws Exception {
        assertThat(
                        value(
                                "(async () => { const all = []; try { for (let i = 0; i < 5; i++)"
                                        + " all.push(await fetch('BASE/endless')); } finally { for (const r of all) await r.body.cancel(); } })()"))
                .isEqualTo("TypeError: 4 requests are under way already (scripts.fetches);"
                        + " read each response to its end, or cancel it");
        // Those that nobody can do anything with.
        assertThat(value(
                        "(async () => { for (let i = 0; i < 9; i++) await fetch('BASE/endless-junk').then(r => r.text())"
                                + ".catch(() => {}); return (await fetch('BASE/none')).status; })()"))
                .isEqualTo("204");
        // Those that were cancelled, or small enough to be read ahead, count no more.
        is(
                "(async () => { for (let i = 0; i < 9; i++) { await fetch('BASE/echo'); await new Promise(r => setTimeout(r, 30)); }"
                        + " return 'fine'; })()",
                "\"fine\"");
    }

    @Test
    void aResponseCanBeReadOnceOrClonedBefore() throws Exception {
        is(
                "(async () => { const r = await fetch('BASE/echo'); const c = r.clone();"
                        + " return [r.bodyUsed, (await r.text()) === (await c.text()), r.bodyUsed,"
                        + " await r.text().catch(e => e.message)]; })()",
                "[false,true,true,\"the body has been read already\"]");
        is(
                "(async () => { const r = Response.json({ a: 1 }, { status: 201 });"
                        + " return [r.status, r.headers.get('content-type'), await r.json()]; })()",
                "[201,\"application/json\",{\"a\":1}]");
        is("Response.json(Symbol('x'))", "TypeError: there is no JSON for that");
        is("new Response('', { statusText: '\\u0100' })", "TypeError: not a status text");
    }

    @Test
    void compressedResponsesAreUnpacked() throws Exception {
        is(
                "fetch('BASE/gzip').then(async r => [(await r.text()).length, r.headers.get('content-encoding')])",
                "[1000000,\"gzip\"]");
        is(
                "(async () => { let most = 0; let all = 0; for await (const piece of (await fetch('BASE/gzip')).body) {"
                        + " most = Math.max(most, piece.length); all += piece.length; } return [most, all]; })()",
                "[65536,1000000]");
        is("fetch('BASE/cut').then(r => r.text())", "TypeError: the compressed response breaks off");
        assertThat(value("fetch('BASE/junk').then(r => r.text())"))
                .startsWith("TypeError: the data cannot be decompressed: ");
    }

    @Test
    void formsGoThereAndBack() throws Exception {
        is(
                "(async () => { const f = new FormData(); f.append('a\"b', 'one\\ntwo'); f.append('file', new Blob(['\u00fc\\r\\n--'],"
                        + " { type: 'text/x' }), 'n\u00e4me.txt'); f.append('none', new Blob([]));"
                        + " const back = await (await fetch('BASE/form', { method: 'POST', body: f })).formData();"
                        + " const file = back.get('file'); return [back.get('a\"b'), file.name, file.type, await file.text(),"
                        + " back.get('none').size, [...back.keys()]]; })()",
                "[\"one\\r\\ntwo\",\"n\u00e4me.txt\",\"text/x\",\"\u00fc\\r\\n--\",0,[\"a\\\"b\",\"file\",\"none\"]]");
        is(
                "fetch('BASE/form', { method: 'POST', body: new URLSearchParams('?a=1&b=%20') })"
                        + ".then(r => r.formData()).then(f => [...f])",
                "[[\"a\",\"1\"],[\"b\",\" \"]]");
        is("new Response('x').formData()", "TypeError: the body is no form: its type is text/plain;charset=UTF-8");
        is(
                "new Response('--b\\r\\nContent-Disposition: form-data; name=a\\r\\n\\r\\n1', { headers: { 'content-type':"
                        + " 'multipart/form-data; boundary=b' } }).formData()",
                "TypeError: the body is no form: a part has no end");
    }

    @Test
    void aRequestWithoutBodyAnnouncesNone() throws Exception {
        is("fetch('BASE/length').then(r => r.text())", "\"not told\"");
        is("fetch('BASE/length', { method: 'POST' }).then(r => r.text())", "\"told\"");
    }

    @Test
    void addressesThatTheJdkDoesNotKnowAreSent() throws Exception {
        is("fetch('BASE/echo?100%').then(async r => (await r.text()).split('\\n')[1])", "\"/echo?100%25\"");
        is("fetch('BASE/bytes').then(async r => (await r.text()).split('\\n')[1])", "\"/echo?%C3%BC\"");
        is("fetch('BASE/echo#there').then(r => r.url.endsWith('/echo'))", "true");
    }

    @Test
    void whatHasComeIsNotChanged() throws Exception {
        is("fetch('BASE/echo').then(r => { r.headers.set('a', 'b'); })", "TypeError: these headers cannot be changed");
        is("Response.redirect('http://a/').headers.delete('location')", "TypeError: these headers cannot be changed");
    }

    @Test
    void aBodyThatIsNotTheOneOfItsIntegrityIsRefused() throws Exception {
        String length = "sha256-"
                + Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256")
                                .digest("not told".getBytes(StandardCharsets.UTF_8)));
        is("fetch('BASE/length', { integrity: 'sha1-x " + length + "' }).then(r => r.text())", "\"not told\"");
        assertThat(value("fetch('BASE/length', { integrity: 'sha256-AAAA' })"))
                .startsWith("TypeError: the body is not the one of integrity: its sha256 is ");
    }

    @Test
    void aRequestFollowsTheSignalThatItIsGiven() throws Exception {
        is(
                "(() => { const c = new AbortController(); const r = new Request('http://a/', { signal: c.signal });"
                        + " const other = new Request(r, { signal: null }); c.abort(1);"
                        + " return [r.signal !== c.signal, r.signal.reason, other.signal.aborted]; })()",
                "[true,1,false]");
        is("new Request('http://a/', { signal: {} })", "TypeError: the signal must be an AbortSignal");
        is("new Request('http://a/', { cache: 'never' })", "TypeError: cache: never");
    }

    @Test
    void aStreamThatWasReadIsNoBody() throws Exception {
        is(
                "(() => { const s = new ReadableStream(); s.getReader().read(); return new Response(s); })()",
                "TypeError: the stream is being read, or was");
        is(
                "new Response(new ReadableStream({ start(c) { c.enqueue('text'); c.close(); } })).text()",
                "TypeError: a piece of a body must be a Uint8Array");
        is(
                "(async () => { const r = new Response('abc'); await r.body.cancel(); return [r.bodyUsed, await r.text().catch(e => e.message)]; })()",
                "[true,\"the body has been read already\"]");
        is("(async () => { const r = new Response('abc'); await r.text(); return r.body.locked; })()", "true");
        is(
                "(async () => { const { value } = await new Response('abc').body.getReader({ mode: 'byob' }).read(new Uint8Array(2));"
                        + " return [...value]; })()",
                "[97,98]");
    }
}
