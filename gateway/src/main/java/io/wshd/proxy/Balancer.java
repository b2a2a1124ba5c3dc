package io.wshd.proxy;

import io.undertow.server.HttpServerExchange;
import io.wshd.config.ProxyConfig;
import io.wshd.config.ProxyConfig.Balance;
import io.wshd.security.Client;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToDoubleFunction;

/** Chooses among servers that could all serve a request. Any thread may ask. */
sealed interface Balancer {

    /** @param among at least one */
    Server choose(List<Server> among, HttpServerExchange exchange);

    static Balancer of(Balance balance) {
        return switch (balance) {
            case ProxyConfig.RoundRobin() -> new InTurn();
            case ProxyConfig.LeastConnections() -> new LeastBusy(new InTurn());
            case ProxyConfig.RandomTwo() -> new TwoAtRandom();
            case ProxyConfig.Hash hash -> new ByKey(hash);
        };
    }

    /**
     * Each in turn, those with more weight more often and evenly in between: each gains its weight, the richest is
     * chosen and pays for all.
     */
    record InTurn() implements Balancer {
        @Override
        public Server choose(List<Server> among, HttpServerExchange exchange) {
            synchronized (this) {
                double all = 0;
                Server richest = null;
                for (var server : among) {
                    double share = server.share();
                    server.credit += share;
                    all += share;
                    if (richest == null || server.credit > richest.credit) {
                        richest = server;
                    }
                }
                richest.credit -= all;
                return richest;
            }
        }
    }

    /** The one with the least to do for its weight; of several such, each in turn. */
    record LeastBusy(InTurn turn) implements Balancer {
        @Override
        public Server choose(List<Server> among, HttpServerExchange exchange) {
            double least = among.stream().mapToDouble(LeastBusy::busy).min().orElseThrow();
            var idlest = among.stream().filter(server -> busy(server) <= least).toList();
            // Between the two looks the last one may have got busier.
            return idlest.isEmpty() ? among.getFirst() : turn.choose(idlest, exchange);
        }

        static double busy(Server server) {
            return server.active().get() / server.share();
        }
    }

    /** Of two drawn at random, by weight, the one with less to do: nearly as even, without a look at all of them. */
    record TwoAtRandom() implements Balancer {
        @Override
        public Server choose(List<Server> among, HttpServerExchange exchange) {
            var one = draw(among);
            var other = draw(among);
            return LeastBusy.busy(one) <= LeastBusy.busy(other) ? one : other;
        }

        private static Server draw(List<Server> among) {
            double all = among.stream().mapToDouble(Server::share).sum();
            double point = ThreadLocalRandom.current().nextDouble(all);
            for (var server : among) {
                point -= server.share();
                if (point < 0) {
                    return server;
                }
            }
            return among.getLast();
        }
    }

    /**
     * The same for the same key: every server is scored with it, and the highest score wins. When a server goes, only its
     * own keys move. The scores follow the weights (weighted rendezvous hashing).
     */
    record ByKey(ProxyConfig.Hash hash) implements Balancer {
        @Override
        public Server choose(List<Server> among, HttpServerExchange exchange) {
            long key = hash(key(exchange));
            return highest(among, server -> score(key, server));
        }

        private String key(HttpServerExchange exchange) {
            var key = switch (hash.by()) {
                case ADDRESS -> Client.address(exchange);
                case PATH -> exchange.getRequestPath();
                case HEADER -> exchange.getRequestHeaders().getFirst(hash.name());
                case COOKIE -> {
                    var cookie = exchange.getRequestCookie(hash.name());
                    yield cookie == null ? null : cookie.getValue();
                }
            };
            return key == null ? "" : key;
        }

        private static double score(long key, Server server) {
            long mixed = mix(key ^ mix(server.id().hashCode()));
            double unit = ((mixed >>> 11) + 0.5) * 0x1.0p-53;
            return -server.weight() / Math.log(unit);
        }

        private static Server highest(List<Server> among, ToDoubleFunction<Server> score) {
            var best = among.getFirst();
            double most = score.applyAsDouble(best);
            for (var server : among.subList(1, among.size())) {
                double its = score.applyAsDouble(server);
                if (its > most) {
                    best = server;
                    most = its;
                }
            }
            return best;
        }

        /** FNV-1a, mixed once more. */
        private static long hash(String text) {
            long hash = 0xcbf29ce484222325L;
            for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
            }
            return mix(hash);
        }

        /** The finalizer of SplitMix64. */
        private static long mix(long value) {
            long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
            mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
            return mixed ^ mixed >>> 31;
        }
    }
}
