package io.wshd.script.js;

import static io.wshd.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.CapturedLog;
import io.wshd.TestGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConsoleTest {

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.with("handlers/eval_wsh.mjs", WebApisTest.EVALUATOR);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** What the statements write, without the connection's number. */
    private static String written(String statements) throws Exception {
        try (var log = new CapturedLog();
                var socket = gateway.connect("/eval")) {
            socket.ask("(() => { " + statements + " })()");
            return log.text()
                    .lines()
                    .filter(line -> !line.contains("DEBUG io.") && !line.contains(" io.wshd."))
                    .map(line -> line.replaceFirst("script\\.eval_wsh: #\\d+ ", ""))
                    .collect(java.util.stream.Collectors.joining("\n"));
        }
    }

    @Test
    void eachMethodHasItsLevel() throws Exception {
        assertThat(written("console.log('a'); console.info('b'); console.warn('c'); console.error('d');"))
                .isEqualTo("INFO a\nINFO b\nWARN c\nERROR d");
    }

    @Test
    void linesCarryTheConnectionThatTheyAreAbout() throws Exception {
        try (var log = new CapturedLog();
                var one = gateway.connect("/eval");
                var two = gateway.connect("/eval")) {
            for (var socket : new io.wshd.TestSocket[] {one, two, one}) {
                socket.ask("new Promise(r => setTimeout(() => { console.log('here'); r(); }, 1))");
            }
            var ids = log.lines().stream()
                    .filter(line -> line.endsWith(" here"))
                    .map(line -> line.split(" ")[0])
                    .toList();
            assertThat(ids).hasSize(3).allMatch(id -> id.matches("#\\d+"));
            assertThat(ids.get(0)).isEqualTo(ids.get(2)).isNotEqualTo(ids.get(1));
        }
    }

    @Test
    void objectsAreShownWithWhatIsInThem() throws Exception {
        assertThat(written("console.log('x', { a: 1, b: [1, 'two', null] }, new Map([[1, new Set([2])]]), undefined);"))
                .isEqualTo("INFO x {a: 1, b: [1, \"two\", null]} Map(1){1 => Set(1){2}} undefined");
        assertThat(written("const a = {}; a.self = a; console.log(a, class Foo {}.name, 5n, Symbol('s'), -0);"))
                .startsWith("INFO {self: ")
                .contains(" Foo 5n Symbol(s) ");
    }

    @Test
    void errorsAreShownWithPlaceAndCalls() throws Exception {
        assertThat(written("function inner() { return new TypeError('bad', { cause: new Error('deep') }); }"
                        + " console.error('it was', inner());"))
                .startsWith("ERROR it was ")
                .contains("TypeError: bad", "at inner (", "caused by ", "Error: deep");
        assertThat(written("console.error(new DOMException('late', 'TimeoutError'));"))
                .contains("TimeoutError: late")
                .doesNotContain("DOMException");
    }

    @Test
    void placesInTheFirstArgumentAreFilled() throws Exception {
        assertThat(written("console.log('%s is %d or %i, %f%% %j %o %c|', 'it', '42', 4.7, '0.5', { a: [1] }, { b: 2 },"
                        + " 'color: red', 'more');"))
                .isEqualTo("INFO it is 42 or 4, 0.5% {\"a\":[1]} {b: 2} | more");
        assertThat(written("console.log('100%', 1); console.log('%s %s', 1);")).isEqualTo("INFO 100% 1\nINFO 1 %s");
    }

    @Test
    void assertionsCountsTimersAndGroups() throws Exception {
        assertThat(written(
                        "console.assert(1 === 1, 'no'); console.assert(false, 'value %d', 7); console.assert(false);"))
                .isEqualTo("ERROR Assertion failed: value 7\nERROR Assertion failed");
        assertThat(written("console.count('x'); console.count('x'); console.countReset('x'); console.count('x');"))
                .isEqualTo("INFO x: 1\nINFO x: 2\nINFO x: 1");
        assertThat(
                        written(
                                "console.time('t'); console.timeLog('t', 'so far'); console.timeEnd('t'); console.timeEnd('t');"))
                .matches("INFO t: [0-9.]+ ms so far\nINFO t: [0-9.]+ ms\nWARN Timer t does not exist");
        assertThat(written("console.group('one'); console.log('two'); console.groupEnd(); console.log('three');"))
                .isEqualTo("INFO one\nINFO   two\nINFO three");
        assertThat(written("console.trace('here');")).startsWith("INFO ").contains("Trace: here", "\n    at ");
    }

    @Test
    void tablesHaveRowsAndColumns() throws Exception {
        assertThat(written("console.table([{ name: 'ann', age: 7 }, { name: 'bo' }]);"))
                .isEqualTo("INFO \n(index) | name | age\n--------+------+----\n0       | ann  | 7\n1       | bo   |");
        assertThat(written("console.table('no rows');")).isEqualTo("INFO no rows");
    }

    @Test
    void whatIsTooLongIsCut() throws Exception {
        assertThat(written("console.log('x'.repeat(1e6));"))
                .hasSizeLessThan(20_000)
                .endsWith("...");
        eventually(() -> assertThat(gateway.connect("/eval").ask("1")).isEqualTo("1"));
    }
}
