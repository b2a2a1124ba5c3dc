package io.wshd.script.js;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Text decoders, and streams that transform text and bytes, where the JDK and the standards differ. */
@Timeout(60)
class EncodingsTest {

    @RegisterExtension
    static final Evaluator js = new Evaluator();

    /** What a decoder gives for each of these pieces, the last of which ends the text. */
    private static String decode(String decoder, String... pieces) {
        return "(() => { const d = new TextDecoder(" + decoder + "); return [[" + String.join("],[", pieces)
                + "]].map((piece, at, all) => d.decode(new Uint8Array(piece), { stream: at < all.length - 1 })); })()";
    }

    @Test
    void halfASurrogatePairInUtf8IsWrongFromItsSecondByteOn() throws Exception {
        js.is(decode("", "0x61, 0xed, 0xa0, 0x80, 0x62"), "[\"a\uFFFD\uFFFD\uFFFDb\"]");
        js.is(decode("", "0xed, 0xa0", "0x80"), "[\"\uFFFD\uFFFD\",\"\uFFFD\"]");
        js.is(decode("", "0xed, 0x9f", "0xbf"), "[\"\",\"\uD7FF\"]");
        js.is(decode("'utf-8', { fatal: true }", "0xed, 0xa0", ""), "TypeError: the bytes are no utf-8");
        js.is(decode("", "0xf0, 0x80", "0x61"), "[\"\uFFFD\uFFFD\",\"a\"]");
    }

    @Test
    void halfASurrogatePairInUtf16TakesNothingWithIt() throws Exception {
        js.is(decode("'utf-16le'", "0x00, 0xd8, 0x61, 0x00"), "[\"\uFFFDa\"]");
        js.is(decode("'utf-16be'", "0xd8, 0x00, 0x00, 0x61"), "[\"\uFFFDa\"]");
        js.is(decode("'utf-16le'", "0x00, 0xd8"), "[\"\uFFFD\"]");
        js.is(decode("'utf-16le'", "0x3d, 0xd8", "0x00, 0xde"), "[\"\",\"\uD83D\uDE00\"]");
        js.is(decode("'utf-16le'", "0x61"), "[\"\uFFFD\"]");
    }

    @Test
    void labelsAreOfAsciiWithItsWhiteSpaceAround() throws Exception {
        js.is("new TextDecoder('\\t UTF8\\n').encoding", "\"utf-8\"");
        for (String label : new String[] {"\\u000butf8", "utf8\\u00a0", "\\u212aoi8-r", "u tf8", "replacement"}) {
            assertThat(js.value("new TextDecoder('" + label + "')")).startsWith("RangeError: no such encoding");
        }
        js.is(
                "['logical', 'mac', 'x-mac-ukrainian', 'iso-8859-16', 'iso-ir-109'].map(l => new TextDecoder(l).encoding)",
                "[\"iso-8859-8-i\",\"macintosh\",\"x-mac-cyrillic\",\"iso-8859-16\",\"iso-8859-3\"]");
    }

    @Test
    void textStreamsKeepCharactersTogether() throws Exception {
        String all = "(async () => { const all = []; for await (const x of ReadableStream.from(%s).pipeThrough(new %s))"
                + " all.push(typeof x === 'string' ? x : [...x]); return all; })()";
        js.is(
                all.formatted(
                        "[[0xe2, 0x82], [0xac, 0xff], [0xc3]].map(x => new Uint8Array(x))", "TextDecoderStream()"),
                "[\"\u20AC\uFFFD\",\"\uFFFD\"]");
        js.is(
                all.formatted("['\\ud83d', '\\ude00a', '\\ud83d']", "TextEncoderStream()"),
                "[[240,159,152,128,97],[239,191,189]]");
        js.is(
                all.formatted("[1]", "TextDecoderStream()"),
                "TypeError: a chunk must be an ArrayBuffer or a view of one");
        js.is(
                "(() => { const s = new TextDecoderStream('latin1', { fatal: true }); return [s.encoding, s.fatal, s.ignoreBOM]; })()",
                "[\"windows-1252\",true,false]");
    }

    @Test
    void compressionGoesBothWaysInEachFormat() throws Exception {
        for (String format : new String[] {"gzip", "deflate", "deflate-raw"}) {
            js.is("""
                    (async () => {
                      const text = 'a line\\n'.repeat(50000);
                      const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('FORMAT'));
                      const bytes = await new Response(packed).bytes();
                      const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('FORMAT'));
                      return [bytes.length < 5000, (await new Response(unpacked).text()) === text];
                    })()
                    """.replace("FORMAT", format), "[true,true]");
        }
        js.is(
                "new CompressionStream('zip')",
                "TypeError: no such format: zip; there are gzip, deflate and deflate-raw");
    }

    @Test
    void whatIsNoCompressedDataIsAnError() throws Exception {
        String unpack =
                "new Response(new Blob([new Uint8Array(%s)]).stream().pipeThrough(new DecompressionStream('deflate'))).text()";
        // "a" in a stored block.
        String good = "[0x78, 0x9c, 0x4b, 0x04, 0x00, 0x00, 0x62, 0x00, 0x62]";
        js.is(unpack.formatted(good), "\"a\"");
        js.is(unpack.formatted(good + ".slice(0, 6)"), "TypeError: the compressed data breaks off");
        js.is(
                unpack.formatted("[..." + good + ", 1]"),
                "TypeError: the data cannot be decompressed: there is more behind its end");
        assertThat(js.value(unpack.formatted("[1, 2, 3, 4]")))
                .startsWith("TypeError: the data cannot be decompressed: ");
    }
}
