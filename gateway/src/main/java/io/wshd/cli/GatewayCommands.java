package io.wshd.cli;

import io.wshd.cli.ControlServer.Answer;
import io.wshd.config.ConfigException;
import io.wshd.gateway.Gateway;
import io.wshd.proxy.ServerWish;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a running gateway can be told to do, by its control socket or by a signal. */
final class GatewayCommands implements ControlServer.Commands {

    private static final Logger LOG = LoggerFactory.getLogger("gateway");

    private final ConfOptions conf;
    private final Gateway gateway;
    private final long started = System.nanoTime();

    GatewayCommands(ConfOptions conf, Gateway gateway) {
        this.conf = conf;
        this.gateway = gateway;
    }

    @Override
    public Answer run(List<String> words) {
        return switch (words.getFirst()) {
            case "reload" -> reload();
            case "status" -> new Answer(true, status());
            case "stop" -> stop();
            case "upstream" -> upstream(words);
            default -> new Answer(false, "Unknown command; this gateway may be older than what you start it with.\n");
        };
    }

    /** Reads the configuration as at the start, with the same options, and changes to it if it is good. */
    Answer reload() {
        try {
            var summary = gateway.reload(conf.read());
            return new Answer(true, conf.file() + ": " + summary + "\n");
        } catch (ConfigException e) {
            var report = e.report("the running configuration stays in force");
            report.lines().forEach(LOG::error);
            return new Answer(false, report + "\n");
        }
    }

    private static Answer stop() {
        // On a thread of its own, and the shutdown hook does the rest: this answer is still to be sent.
        Thread.ofPlatform().daemon().name("stop-command").start(() -> System.exit(0));
        return new Answer(true, "The gateway is ending.\n");
    }

    /** {@code upstream STATE SERVER NAME}; the name of one without a name is its URLs, with spaces between. */
    private Answer upstream(List<String> words) {
        if (words.size() < 4) {
            return new Answer(false, "Expected a state, a server and an upstream.\n");
        }
        var wish = ServerWish.valueOf(words.get(1).toUpperCase(Locale.ROOT));
        var server = words.get(2);
        var name = String.join(" ", words.subList(3, words.size()));
        return gateway.upstreams()
                .override(name, server, wish)
                .map(state -> new Answer(true, server + ": " + state + "\n"))
                .orElseGet(
                        () -> new Answer(false, "No upstream " + name + " has a server " + server + ".\n" + status()));
    }

    private String status() {
        return StatusReport.of(gateway, Duration.ofNanos(System.nanoTime() - started));
    }
}
