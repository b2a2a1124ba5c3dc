package io.wshd.proxy;

import java.util.List;

/**
 * What is with an upstream at a moment.
 *
 * @param waiting requests that wait for a connection
 * @param retries since the start
 * @param refused requests that were answered without a server: nobody to ask, or too many waiting
 */
public record UpstreamStatus(String name, int waiting, long retries, long refused, List<ServerStatus> servers) {

    /**
     * What is with a server at a moment.
     *
     * @param state in words
     * @param active requests and tunnels under way
     * @param tunnels of these
     * @param connections open, without those that are tunnels
     * @param requests attempts since the start
     * @param failures of these
     */
    public record ServerStatus(
            String url,
            int weight,
            boolean backup,
            String state,
            int active,
            int tunnels,
            int connections,
            long requests,
            long failures) {}

    static UpstreamStatus of(Upstream upstream) {
        return new UpstreamStatus(
                upstream.config().name(),
                upstream.waiting(),
                upstream.retries().sum(),
                upstream.refused().sum(),
                upstream.servers().stream().map(UpstreamStatus::of).toList());
    }

    private static ServerStatus of(Server server) {
        return new ServerStatus(
                server.toString(),
                server.weight(),
                server.backup(),
                server.state(),
                server.active().get(),
                server.tunnels(),
                server.connections().get(),
                server.requests().sum(),
                server.failures());
    }
}
