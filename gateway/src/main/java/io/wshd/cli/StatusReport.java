package io.wshd.cli;

import io.wshd.gateway.Gateway;
import io.wshd.proxy.UpstreamStatus;
import io.wshd.script.InterpreterStatus;
import io.wshd.script.ScriptStatus;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/** What a gateway is doing, as text for people: listeners, interpreters with their scripts, upstreams with their servers. */
final class StatusReport {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final StringBuilder text = new StringBuilder();
    private final Formatter lines = new Formatter(text, Locale.ROOT);

    private StatusReport() {}

    static String of(Gateway gateway, Duration up) {
        var report = new StatusReport();
        report.line("process %d, up for %s", ProcessHandle.current().pid(), shown(up));
        gateway.addresses().forEach(address -> report.line("listening on %s", Serving.url("http", address)));
        var scripts = gateway.scripts().status();
        gateway.scripts().interpreters().forEach(interpreter -> report.interpreter(interpreter, scripts));
        gateway.upstreams().status().stream()
                .sorted(Comparator.comparing(UpstreamStatus::name))
                .forEach(report::upstream);
        return report.text.toString();
    }

    private void line(String format, Object... values) {
        lines.format(format + "\n", values);
    }

    private void interpreter(InterpreterStatus interpreter, List<ScriptStatus> scripts) {
        line(
                "interpreter %s (%s): %d connections, %d blocked, %d threads, %d ms paused, %d replaced, %d refused",
                interpreter.name(),
                interpreter.language().title(),
                interpreter.connections().stream().mapToInt(Integer::intValue).sum(),
                interpreter.blocked(),
                interpreter.threads(),
                interpreter.paused().toMillis(),
                interpreter.replaced(),
                interpreter.refused());
        scripts.stream()
                .filter(script ->
                        script.interpreter().equals(interpreter.name()) && script.language() == interpreter.language())
                .forEach(this::script);
    }

    private void script(ScriptStatus script) {
        if (script.serving().isEmpty()) {
            line("  %s: not served", script.name());
        }
        script.serving()
                .ifPresent(version -> line(
                        "  %s: version %d (%s, since %s, loaded in %d ms), %d connections",
                        script.name(),
                        version.number(),
                        version.hash(),
                        TIME.format(version.since()),
                        version.loaded().toMillis(),
                        version.connections()));
        script.draining()
                .forEach(version -> line(
                        "    version %d (%s) has %d connections",
                        version.number(), version.hash(), version.connections()));
        script.failure()
                .ifPresent(failure -> line(
                        "    the version of %s is not taken: %s",
                        TIME.format(failure.at().atZone(ZoneId.systemDefault())),
                        failure.message().indent(6).strip()));
    }

    private void upstream(UpstreamStatus upstream) {
        line(
                "upstream %s: %d waiting, %d retries, %d refused",
                upstream.name(), upstream.waiting(), upstream.retries(), upstream.refused());
        for (var server : upstream.servers()) {
            line(
                    "  %s: %s%s, %d active (%d tunnels), %d connections, %d requests, %d failures",
                    server.url(),
                    server.state(),
                    server.backup() ? ", backup" : "",
                    server.active(),
                    server.tunnels(),
                    server.connections(),
                    server.requests(),
                    server.failures());
        }
    }

    private static String shown(Duration time) {
        if (time.toDays() > 0) {
            return time.toDays() + " d " + time.toHoursPart() + " h";
        }
        if (time.toHours() > 0) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        return time.toMinutes() > 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toSeconds() + " s";
    }
}
