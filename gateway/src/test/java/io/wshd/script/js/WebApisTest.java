package io.wshd.script.js;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.TestGateway;
import io.wshd.TestSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What handlers find besides the language, as they see it: each expression is evaluated in a handler. */
@Timeout(60)
class WebApisTest {

    /** Answers an expression with its value in JSON, or with what it throws. */
    static final String EVALUATOR = """
            export async function webSocketDoExtraHandshake(request) {}
            export async function webSocketTransferData(request) {
              for await (const code of request.stream) {
                let answer;
                try {
                  answer = JSON.stringify(await (0, eval)(`(async () => (${code}))()`)) ?? 'undefined';
                } catch (error) {
                  answer = `${error.name}: ${error.message}`;
                }
                await request.stream.send(answer);
              }
            }
            """;

    private static TestGateway gateway;
    private TestSocket socket;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.with("handlers/eval_wsh.mjs", EVALUATOR);
        try (var first = gateway.connect("/eval")) {
            // The first use in a process takes seconds on a busy machine.
            first.send("new URL('http://a')");
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
        gateway.close();
    }

    private String value(String expression) throws Exception {
        return (String) socket.ask(expression);
    }

    private void is(String expression, String json) throws Exception {
        assertThat(value(expression)).as(expression).isEqualTo(json);
    }

    @Test
    void nothingOfTheMachineryIsInTheScriptsSight() throws Exception {
        is(
                "[typeof Graal, typeof AsyncContext, typeof Java, typeof Polyglot, typeof load, typeof print]",
                "[\"undefined\",\"undefined\",\"undefined\",\"undefined\",\"undefined\",\"undefined\"]");
        is("Object.keys(globalThis)", "[]");
    }

    @Test
    void aGlobalCanBeReplacedByAScript() throws Exception {
        is("(() => { globalThis.CountQueuingStrategy = 7; return CountQueuingStrategy; })()", "7");
    }

    @Test
    void urlsFollowTheStandard() throws Exception {
        is("new URL('../x?y#z', 'http://EXAMPLE.com:80/a/b/c').href", "\"http://example.com/a/x?y#z\"");
        is("new URL('http://user:p%20w@[::1]:8080/a b?q=ü').href", "\"http://user:p%20w@[::1]:8080/a%20b?q=%C3%BC\"");
        is("new URL('http://0x7f.1/').host", "\"127.0.0.1\"");
        is("new URL('file:///C|/a/../b').href", "\"file:///C:/b\"");
        is("new URL('mailto:a@b').pathname", "\"a@b\"");
        is("URL.canParse('http://a b/')", "false");
        is("new URL('no url')", "TypeError: Invalid URL: no url");
        is(
                "(() => { const u = new URL('http://a/'); u.port = '81'; u.hash = 'x y'; return u.href; })()",
                "\"http://a:81/#x%20y\"");
    }

    @Test
    void hostsBeyondAsciiAreMappedAsBrowsersDo() throws Exception {
        is("new URL('http://MÜNCHEN.de').host", "\"xn--mnchen-3ya.de\"");
        is("new URL('http://faß.de').host", "\"xn--fa-hia.de\"");
        is("new URL('http://ＧＯ.com').host", "\"go.com\"");
        is("new URL('http://a-.b--c.d/').host", "\"a-.b--c.d\"");
        is("URL.canParse('http://xn--a')", "false");
        is("URL.canParse('http://a\\u200bb%00')", "false");
    }

    @Test
    void searchParametersAndTheirUrlAreOne() throws Exception {
        is(
                "(() => { const u = new URL('http://a/?x=1'); u.searchParams.append('q', 'b c&ü'); return u.search; })()",
                "\"?x=1&q=b+c%26%C3%BC\"");
        is("[...new URLSearchParams('a=1&b=2&a=%20+')]", "[[\"a\",\"1\"],[\"b\",\"2\"],[\"a\",\"  \"]]");
        is("String(new URLSearchParams({ b: '2', a: '1' }))", "\"b=2&a=1\"");
        is("new URLSearchParams('a=1&a=2').getAll('a')", "[\"1\",\"2\"]");
    }

    @Test
    void textIsEncodedAsUtf8() throws Exception {
        is(
                "[...new TextEncoder().encode('a\\u00fc\\u20ac\\u{1f600}\\ud800')]",
                "[97,195,188,226,130,172,240,159,152,128,239,191,189]");
        is("new TextEncoder().encodeInto('a\\u20acb', new Uint8Array(3))", "{\"read\":1,\"written\":1}");
        is(
                "(() => { const b = new Uint8Array(5); new TextEncoder().encodeInto('a\\u20acb', b); return [...b]; })()",
                "[97,226,130,172,98]");
    }

    @Test
    void textIsDecodedAlsoInPieces() throws Exception {
        is("new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 97, 0xff, 0xc3]))", "\"a\uFFFD\uFFFD\"");
        is("new TextDecoder('utf8', { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf])).length", "1");
        is(
                "(() => { const d = new TextDecoder(); return [d.decode(new Uint8Array([0xe2, 0x82]), { stream: true }),"
                        + " d.decode(new Uint8Array([0xac]), { stream: true }), d.decode()]; })()",
                "[\"\",\"\u20AC\",\"\"]");
        is(
                "new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xc0, 0xaf]))",
                "TypeError: the bytes are no utf-8");
        is(
                "[new TextDecoder('latin1').encoding, new TextDecoder('windows-1252').decode(new Uint8Array([0x80]))]",
                "[\"windows-1252\",\"\u20AC\"]");
        is("new TextDecoder('utf-16le').decode(new Uint16Array([0xfeff, 0x20ac]).buffer)", "\"\u20AC\"");
        is("new TextDecoder('shift_jis').decode(new Uint8Array([0x82, 0xa0]).subarray(0))", "\"\u3042\"");
        is("new TextDecoder('klingon')", "RangeError: no such encoding: klingon");
    }

    @Test
    void base64GoesBothWays() throws Exception {
        is("[btoa('hi\\xff'), atob('aGn/'), atob(' aG k '), atob('')]", "[\"aGn/\",\"hi\u00FF\",\"hi\",\"\"]");
        is("btoa('\\u0100')", "InvalidCharacterError: a character is beyond U+00FF");
        for (String bad : new String[] {"a", "a*==", "aa=", "=", "aaaa=aaa"}) {
            assertThat(value("atob('" + bad + "')")).startsWith("InvalidCharacterError");
        }
    }

    @Test
    void clonesAreDeepAndKeepTypesAndCycles() throws Exception {
        is(
                "(() => { const a = { when: new Date(5), list: [1, , 3], map: new Map([[{ k: 1 }, new Set([2n])]]) };"
                        + " a.self = a; const b = structuredClone(a); return [b !== a, b.self === b, b.when.getTime(),"
                        + " 1 in b.list, [...b.map.keys()][0].k, [...[...b.map.values()][0]][0] === 2n]; })()",
                "[true,true,5,false,1,true]");
        is(
                "(() => { const e = structuredClone(new RangeError('x', { cause: [1] }));"
                        + " return [e instanceof RangeError, e.message, e.cause]; })()",
                "[true,\"x\",[1]]");
        is(
                "(() => { const v = new Uint16Array([1, 2, 3]).subarray(1); const c = structuredClone(v);"
                        + " return [c.constructor.name, [...c], c.byteOffset, c.buffer !== v.buffer]; })()",
                "[\"Uint16Array\",[2,3],2,true]");
        is(
                "(() => { const b = new ArrayBuffer(4); const c = structuredClone({ b }, { transfer: [b] });"
                        + " return [b.byteLength, c.b.byteLength]; })()",
                "[0,4]");
        is("structuredClone(() => 1)", "DataCloneError: () => 1 cannot be cloned");
        is("structuredClone({ a: Symbol('x') })", "DataCloneError: Symbol(x) cannot be cloned");
        is("structuredClone(new WeakMap())", "DataCloneError: a WeakMap cannot be cloned");
    }

    @Test
    void eventsReachTheirListeners() throws Exception {
        is(
                "(() => { const seen = []; const t = new EventTarget(); const f = e => seen.push(e.type, e.target === t);"
                        + " t.addEventListener('a', f); t.addEventListener('a', f); t.addEventListener('a', f, { once:"
                        + " true, capture: true }); t.dispatchEvent(new Event('a')); t.dispatchEvent(new Event('a'));"
                        + " t.removeEventListener('a', f); t.dispatchEvent(new Event('a')); return seen; })()",
                "[\"a\",true,\"a\",true,\"a\",true]");
        is(
                "(() => { const t = new EventTarget(); t.addEventListener('a', { handleEvent(e) { e.preventDefault(); } });"
                        + " return [t.dispatchEvent(new Event('a')), t.dispatchEvent(new Event('a', { cancelable: true })),"
                        + " new CustomEvent('c', { detail: 7 }).detail]; })()",
                "[true,false,7]");
        is(
                "(() => { const seen = []; const t = new EventTarget(); t.addEventListener('a', e => {"
                        + " e.stopImmediatePropagation(); seen.push(1); }); t.addEventListener('a', () => seen.push(2));"
                        + " t.dispatchEvent(new Event('a')); return seen; })()",
                "[1]");
    }

    @Test
    void signalsAbortOnceAndForAll() throws Exception {
        is(
                "(() => { const seen = []; const c = new AbortController(); c.signal.onabort = () => seen.push('on');"
                        + " c.signal.addEventListener('abort', () => seen.push(c.signal.reason)); c.abort('why');"
                        + " c.abort('again'); return [seen, c.signal.aborted]; })()",
                "[[\"on\",\"why\"],true]");
        is("AbortSignal.abort().throwIfAborted()", "AbortError: the operation was aborted");
        is(
                "(() => { const c = new AbortController(); const any = AbortSignal.any([new AbortController().signal, c.signal]);"
                        + " c.abort(7); return [any.aborted, any.reason]; })()",
                "[true,7]");
        is(
                "new Promise(r => { const s = AbortSignal.timeout(1); s.addEventListener('abort', () => r(s.reason.name)); })",
                "\"TimeoutError\"");
        is("new AbortSignal()", "TypeError: an AbortSignal is made by an AbortController");
    }

    @Test
    void randomBytesAndDigestsComeFromTheJdk() throws Exception {
        is("crypto.getRandomValues(new Uint32Array(8)).some(n => n > 255)", "true");
        is("crypto.getRandomValues(new Uint8Array(65537))", "QuotaExceededError: more than 65536 bytes");
        is("/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())", "true");
        is(
                "crypto.subtle.digest('SHA-256', new TextEncoder().encode('xabc').subarray(1)).then(d =>"
                        + " [...new Uint8Array(d)].map(b => b.toString(16).padStart(2, '0')).join(''))",
                "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"");
        is("crypto.subtle.digest({}, new Uint8Array(0))", "TypeError: an algorithm has a name");
        assertThat(value("crypto.subtle.digest({ name: 'md5' }, new ArrayBuffer(1))"))
                .startsWith("NotSupportedError");
    }

    @Test
    void blobsAreBytesWithAType() throws Exception {
        is(
                "(async () => { const b = new Blob(['a\\u00fc', new Uint8Array([1, 2]), new Blob(['z'])], { type: 'A/B' });"
                        + " const s = b.slice(1, 3); return [b.size, b.type, await s.text(), [...await b.bytes()]]; })()",
                "[6,\"a/b\",\"\u00FC\",[97,195,188,1,2,122]]");
        is(
                "(async () => { let n = 0; for await (const piece of new Blob(['x'.repeat(200000)]).stream()) n += piece.length;"
                        + " return n; })()",
                "200000");
    }

    @Test
    void streamsPipeThroughEachOther() throws Exception {
        is(
                "(async () => { const up = new TransformStream({ transform(x, c) { c.enqueue(x * 2); } });"
                        + " const from = new ReadableStream({ start(c) { c.enqueue(1); c.enqueue(2); c.close(); } });"
                        + " const all = []; for await (const x of from.pipeThrough(up)) all.push(x); return all; })()",
                "[2,4]");
    }

    @Test
    void timersRunInTheirOrderAndAfterMicrotasks() throws Exception {
        is(
                "new Promise(r => { const seen = []; setTimeout(() => { seen.push('late'); r(seen); }, 20);"
                        + " setTimeout(x => { seen.push(x); queueMicrotask(() => seen.push('micro')); }, 1, 'arg');"
                        + " setTimeout(() => seen.push('second'), 1); clearTimeout(setTimeout(() => seen.push('no'), 1));"
                        + " queueMicrotask(() => seen.push('first')); })",
                "[\"first\",\"arg\",\"micro\",\"second\",\"late\"]");
        is(
                "new Promise(r => { let n = 0; const id = setInterval(() => { if (++n === 3) { clearInterval(id); r(n); } }, 1); })",
                "3");
        is(
                "(() => { const ids = []; try { for (let i = 0; i < 20000; i++) ids.push(setTimeout(() => {}, 1e6)); } catch (e) {"
                        + " return [ids.length, e.name]; } finally { ids.forEach(clearTimeout); } })()",
                "[10000,\"RangeError\"]");
        is("setTimeout('code')", "TypeError: the callback must be a function");
    }

    @Test
    void timesOfTimersWrapAroundAsInBrowsers() throws Exception {
        is("new Promise(r => setTimeout(() => r('at once'), 2 ** 32))", "\"at once\"");
        is(
                "new Promise(r => { const id = setTimeout(() => r('no'), 5); clearTimeout(String(id));"
                        + " setTimeout(() => r('cleared'), 30); })",
                "\"cleared\"");
    }

    @Test
    void theClockOfPerformanceRuns() throws Exception {
        is(
                "(() => { const a = performance.now(); for (let i = 0; i < 1e5; i++); return performance.now() >= a; })()",
                "true");
        is("Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 5000", "true");
    }

    @Test
    void headersTakeNamesInAnyCase() throws Exception {
        is(
                "(() => { const h = new Headers({ 'B-b': ' 1 ', a: '2' }); h.append('b-B', 'x'); h.append('Set-Cookie', 'c');"
                        + " h.append('set-cookie', 'd'); return [h.get('B-B'), h.has('A'), [...h], h.getSetCookie()]; })()",
                "[\"1, x\",true,[[\"a\",\"2\"],[\"b-b\",\"1, x\"],[\"set-cookie\",\"c\"],[\"set-cookie\",\"d\"]],"
                        + "[\"c\",\"d\"]]");
        assertThat(value("new Headers({ 'a b': '1' })")).startsWith("TypeError: not a header's name");
        assertThat(value("new Headers({ a: '1\\n2' })")).startsWith("TypeError: not a header's value");
    }
}
