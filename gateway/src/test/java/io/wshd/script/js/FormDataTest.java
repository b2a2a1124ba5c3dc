package io.wshd.script.js;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Files, forms and the iterators of headers. What goes over the network is in {@link FetchTest}. */
@Timeout(60)
class FormDataTest {

    @RegisterExtension
    static final Evaluator js = new Evaluator();

    @Test
    void aFileIsABlobWithAName() throws Exception {
        js.is(
                "(async () => { const f = new File(['a', 'b'], 'n.txt', { type: 'text/x', lastModified: 5 });"
                        + " const c = structuredClone(f); return [f.size, f.name, f.lastModified, f instanceof Blob, c.name, c.type,"
                        + " await c.text()]; })()",
                "[2,\"n.txt\",5,true,\"n.txt\",\"text/x\",\"ab\"]");
        js.is("new File(['a'])", "TypeError: a File has parts and a name");
    }

    @Test
    void aSliceCountsFromTheEndToo() throws Exception {
        js.is(
                "Promise.all([[-3], [1, -1], [2, 1], [0, 99]].map(at => new Blob(['abcde']).slice(...at).text()))",
                "[\"cde\",\"bcd\",\"\",\"abcde\"]");
    }

    @Test
    void aBlobKeepsWhatItWasMadeOf() throws Exception {
        js.is(
                "(async () => { const bytes = new Uint8Array([1, 2]); const b = new Blob([bytes]); bytes[0] = 9;"
                        + " (await b.bytes())[1] = 9; return [...await b.bytes()]; })()",
                "[1,2]");
        js.is("new Blob(['a'], { endings: 'x' })", "TypeError: endings: x");
        js.is("new Blob('a')", "TypeError: a Blob is made of a sequence of parts");
    }

    @Test
    void aFormHasEntriesInTheirOrder() throws Exception {
        js.is(
                "(() => { const f = new FormData(); f.append('a', 1); f.append('b', 2); f.append('a', 3); f.set('a', 4);"
                        + " f.set('c', 5); f.delete('b'); return [[...f], f.get('x'), f.getAll('a'), f.has('c')]; })()",
                "[[[\"a\",\"4\"],[\"c\",\"5\"]],null,[\"4\"],true]");
        js.is(
                "(() => { const f = new FormData(); f.append('a', new Blob(['x'])); f.append('b', new File(['x'], 'n'), 'm');"
                        + " return [f.get('a').name, f.get('b').name, f.get('a') instanceof File]; })()",
                "[\"blob\",\"m\",true]");
        js.is("new FormData().append('a', 'text', 'name')", "TypeError: only a Blob has a file name");
    }

    @Test
    void theTypeOfAFormSaysHowItsPartsAreDivided() throws Exception {
        assertThat(
                        js.value(
                                "new Request('http://a/', { method: 'POST', body: new FormData() }).headers.get('content-type')"))
                .matches("\"multipart/form-data; boundary=----wshd[0-9a-f]{32}\"");
    }

    @Test
    void anIteratorOfHeadersSeesWhatIsChangedOnTheWay() throws Exception {
        js.is(
                "(() => { const h = new Headers({ b: '1', c: '2' }); const seen = []; for (const [name] of h) { seen.push(name);"
                        + " if (name === 'b') h.append('z', '3'); } return [seen, String(h.entries()),"
                        + " h.keys().map(x => x + x).toArray()]; })()",
                "[[\"b\",\"c\",\"z\"],\"[object Headers Iterator]\",[\"bb\",\"cc\",\"zz\"]]");
        js.is("new Headers([['a']])", "TypeError: a header is a pair [name, value]");
        js.is("new Headers([['a', undefined]]).get('a')", "\"undefined\"");
    }
}
