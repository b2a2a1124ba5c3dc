package io.wshd.script.js;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.Needs;
import io.wshd.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The declarations that editors read: against the handlers that ship, and against what is there at run time. */
@Timeout(120)
class TypesTest {

    private static final Path HANDLERS = TestGateway.repository().resolve("handlers");

    /** What the compiler says of a directory of handlers; empty if all is well. */
    private static String complaints(Path handlers) throws Exception {
        var compiler = new ProcessBuilder(
                        "node",
                        Needs.NODE.resolve("node_modules/typescript/bin/tsc").toString(),
                        "-p",
                        handlers.resolve("jsconfig.json").toString())
                .redirectErrorStream(true)
                .start();
        return new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    @Needs({"node", "npm:typescript"})
    void theHandlersThatShipKeepToTheTypes() throws Exception {
        assertThat(complaints(HANDLERS)).isEmpty();
    }

    @Test
    @Needs({"node", "npm:typescript"})
    void mistakesAreFoundInHandlersOfOnesOwn(@TempDir Path directory) throws Exception {
        Files.createDirectory(directory.resolve("types"));
        for (var file : List.of("jsconfig.json", "types/wshd.d.ts", "types/web.d.ts")) {
            Files.copy(HANDLERS.resolve(file), directory.resolve(file));
        }
        Files.writeString(directory.resolve("bad_wsh.mjs"), """
                import { broadcast, nothing } from "wshd";
                /** @type {import("wshd").TransferHook} */
                export async function webSocketTransferData(request) {
                  for await (const message of request.stream) {
                    message.toUpperCase();
                    await request.stream.send(7);
                    broadcast(typeof message === "string" ? message.toUpperCase() : message.subarray(1));
                  }
                  document.title = await (await fetch(new URL("/", "http://a"))).text();
                }
                """);
        assertThat(complaints(directory)
                        .lines()
                        .filter(line -> line.contains(": error TS"))
                        .map(line -> line.replaceFirst("^.*\\(", "(")))
                .hasSize(4)
                .anyMatch(line -> line.startsWith("(1,21)") && line.contains("'nothing'"))
                .anyMatch(line -> line.startsWith("(5,13)") && line.contains("'toUpperCase'"))
                .anyMatch(line -> line.startsWith("(6,31)") && line.contains("'number'"))
                .anyMatch(line -> line.startsWith("(9,3)") && line.contains("'document'"));
    }

    @Test
    void whatIsDeclaredIsThereAndTheOtherWayRound() throws Exception {
        var declared = new TreeSet<>(names("web.d.ts", "^declare (?:var|function|class) (\\w+)"));
        try (var gateway = TestGateway.with("handlers/eval_wsh.mjs", WebApisTest.EVALUATOR);
                var socket = gateway.connect("/eval")) {
            // The properties of the global object that the language does not define by itself.
            var there = socket.ask("Object.getOwnPropertyNames(globalThis).filter(name =>"
                            + " Object.getOwnPropertyDescriptor(globalThis, name).writable !== false && !"
                            + language() + ".includes(name)).sort()")
                    .toString();
            assertThat(there)
                    .isEqualTo(
                            declared.stream().map(name -> '"' + name + '"').collect(Collectors.joining(",", "[", "]")));
            for (var name : declared) {
                assertThat(socket.ask("typeof " + name)).as(name).isNotEqualTo("\"undefined\"");
            }
        }
    }

    @Test
    void theDeclaredMembersOfClassesAreThere() throws Exception {
        try (var gateway = TestGateway.with("handlers/eval_wsh.mjs", WebApisTest.EVALUATOR);
                var socket = gateway.connect("/eval")) {
            var types = Files.readString(HANDLERS.resolve("types/web.d.ts"));
            var classes = Pattern.compile("(?ms)^declare class (\\w+).*?^}").matcher(types);
            int members = 0;
            while (classes.find()) {
                var member = Pattern.compile("(?m)^  (static )?(?:readonly )?(\\w+)(?:<.*>)?[(:]")
                        .matcher(classes.group());
                while (member.find()) {
                    if (!member.group(2).equals("constructor")) {
                        var owner = classes.group(1) + (member.group(1) == null ? ".prototype" : "");
                        assertThat(socket.ask("'" + member.group(2) + "' in " + owner))
                                .as(owner + "." + member.group(2))
                                .isEqualTo("true");
                        members++;
                    }
                }
            }
            assertThat(members).isGreaterThan(100);
        }
    }

    private static List<String> names(String file, String pattern) throws IOException {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(Files.readString(HANDLERS.resolve("types/" + file)))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** The global names of ECMAScript, as an array in JavaScript; undefined, NaN and Infinity cannot be written. */
    private static String language() {
        return Stream.of("""
                        AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date \
                        Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function Int16Array \
                        Int32Array Int8Array Intl Iterator JSON Map Math Number Object Promise Proxy RangeError \
                        ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TypeError URIError \
                        Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI \
                        decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat \
                        parseInt unescape""".split("\\s+")).map(name -> "'" + name + "'").collect(Collectors.joining(",", "[", "]"));
    }
}
