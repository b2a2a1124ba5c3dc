package io.wshd.script;

import java.util.Map;
import org.graalvm.polyglot.HostAccess;
import org.slf4j.Logger;

/** A handshake as scripts' glue sees it, in either language. Public because that glue calls it. */
public final class UpgradeView {

    private final Upgrade upgrade;
    private final Logger log;

    public UpgradeView(Upgrade upgrade, Logger log) {
        this.upgrade = upgrade;
        this.log = log;
    }

    @HostAccess.Export
    public String method() {
        return upgrade.method();
    }

    @HostAccess.Export
    public String uri() {
        return upgrade.uri();
    }

    @HostAccess.Export
    public String protocol() {
        return upgrade.protocol();
    }

    /** All headers as lines; one string crosses the border faster than a list of pairs. */
    @HostAccess.Export
    public String headers() {
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<String, String> header : upgrade.headers()) {
            lines.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        return lines.toString();
    }

    @HostAccess.Export
    public boolean secure() {
        return upgrade.secure();
    }

    @HostAccess.Export
    public String remoteHost() {
        return upgrade.remote().getAddress().getHostAddress();
    }

    @HostAccess.Export
    public int remotePort() {
        return upgrade.remote().getPort();
    }

    @HostAccess.Export
    public String localHost() {
        return upgrade.local().getAddress().getHostAddress();
    }

    @HostAccess.Export
    public int localPort() {
        return upgrade.local().getPort();
    }

    @HostAccess.Export
    public String protocols() {
        return String.join(",", upgrade.subprotocols());
    }

    @HostAccess.Export
    public String extensions() {
        return upgrade.header("Sec-WebSocket-Extensions");
    }

    @HostAccess.Export
    public void log(String level, String message) {
        switch (level) {
            case "debug" -> log.debug(message);
            case "info" -> log.info(message);
            case "warning", "warn" -> log.warn(message);
            default -> log.error(message);
        }
    }
}
