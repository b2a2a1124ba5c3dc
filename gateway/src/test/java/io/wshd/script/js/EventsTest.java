package io.wshd.script.js;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events, abort signals and DOMException as the DOM standard and Web IDL have them. */
@Timeout(60)
class EventsTest {

    @RegisterExtension
    static final Evaluator js = new Evaluator();

    @Test
    void aPassiveListenerPreventsNothing() throws Exception {
        js.is(
                "[true, false].map(passive => { const t = new EventTarget(); t.addEventListener('a', e => e.preventDefault(),"
                        + " { passive }); return t.dispatchEvent(new Event('a', { cancelable: true })); })",
                "[true,false]");
    }

    @Test
    void listenersThatCaptureAreCalledFirstAndStoppingPropagationSparesTheOthers() throws Exception {
        js.is(
                "(() => { const seen = []; const t = new EventTarget(); t.addEventListener('a', () => seen.push(2));"
                        + " t.addEventListener('a', () => seen.push(1), true); t.dispatchEvent(new Event('a'));"
                        + " t.addEventListener('a', e => e.stopPropagation(), true); t.dispatchEvent(new Event('a'));"
                        + " return seen; })()",
                "[1,2,1]");
    }

    @Test
    void onlyTheGatewaysOwnEventsAreTrusted() throws Exception {
        js.is(
                "new Promise(r => { const c = new AbortController(); c.signal.onabort = e => r([e.isTrusted,"
                        + " new Event('a').isTrusted, Object.hasOwn(e, 'isTrusted')]); c.abort(); })",
                "[true,false,true]");
    }

    @Test
    void anEventCanBeMadeAnewUnlessItIsUnderWay() throws Exception {
        js.is(
                "(() => { const e = new Event('a', { cancelable: true }); e.returnValue = false; e.initEvent('b', true);"
                        + " return [e.type, e.bubbles, e.cancelable, e.defaultPrevented, Event.AT_TARGET, e.BUBBLING_PHASE]; })()",
                "[\"b\",true,false,false,2,3]");
        js.is(
                "(() => { const t = new EventTarget(); const e = new Event('a'); t.addEventListener('a', () => e.initEvent('b'));"
                        + " t.dispatchEvent(e); return e.type; })()",
                "\"a\"");
    }

    @Test
    void argumentsThatAreWrongAreRefused() throws Exception {
        js.is(
                "new EventTarget().addEventListener('a', () => {}, { signal: null })",
                "TypeError: the signal must be an AbortSignal");
        js.is("new EventTarget().addEventListener('a', 7)", "TypeError: not a listener");
        js.is("new Event('a', 7)", "TypeError: the options must be an object");
        js.is("AbortSignal.any([{}])", "TypeError: not an AbortSignal");
        js.is("AbortSignal.timeout(-1)", "TypeError: a time in milliseconds is not negative");
    }

    @Test
    void aSignalTakesListenersAway() throws Exception {
        js.is(
                "(() => { let n = 0; const t = new EventTarget(); const c = new AbortController(); t.addEventListener('a', () => n++,"
                        + " { signal: c.signal }); t.dispatchEvent(new Event('a')); c.abort(); t.dispatchEvent(new Event('a')); return n; })()",
                "1");
    }

    @Test
    void dependentSignalsAreAbortedBeforeAnyListenerAndToldAfterTheirSource() throws Exception {
        js.is(
                "(() => { const seen = []; const c = new AbortController(); const one = AbortSignal.any([c.signal]);"
                        + " const two = AbortSignal.any([one]); two.onabort = () => seen.push('two');"
                        + " one.onabort = () => seen.push('one'); c.signal.onabort = () => seen.push(one.aborted, two.aborted, 'source');"
                        + " c.abort('x'); return [seen, two.reason]; })()",
                "[[true,true,\"source\",\"one\",\"two\"],\"x\"]");
    }

    @Test
    void aSignalThatLivesOnHoldsOfThoseThatFollowItOnlyTheOnesThatAreHeard() throws Exception {
        String signals = "(() => { globalThis.lasting ??= new AbortController();"
                + " for (let i = 0; i < 20000; i++) AbortSignal.any([lasting.signal]); return 1; })()";
        js.is(signals, "1");
        long before = used();
        for (int i = 0; i < 4; i++) {
            js.is(signals, "1");
        }
        // 80,000 that were held would be more than 100 MB; the rest of the process has its own ups and downs.
        eventually(() -> assertThat(used() - before).isLessThan(48L << 20));
        js.is(
                "(async () => { const seen = []; (() => { AbortSignal.any([lasting.signal]).onabort = () => seen.push('heard'); })();"
                        + " lasting.abort(); return seen; })()",
                "[\"heard\"]");
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void aDomExceptionIsAnErrorWithACodeAndAPlace() throws Exception {
        js.is(
                "(() => { const e = new DOMException('m', 'AbortError'); return [e.name, e.message, e.code, e instanceof Error,"
                        + " String(e), Object.hasOwn(e, 'message'), e.ABORT_ERR, DOMException.DATA_CLONE_ERR, e.stack.includes('eval_wsh')]; })()",
                "[\"AbortError\",\"m\",20,true,\"AbortError: m\",false,20,25,true]");
        js.is("new DOMException('m', { name: 'N', cause: 7 }).cause", "7");
        js.is("(() => { class E extends DOMException {} return new E('m') instanceof E; })()", "true");
        js.is("DOMException('m')", "TypeError: DOMException needs new");
    }
}
