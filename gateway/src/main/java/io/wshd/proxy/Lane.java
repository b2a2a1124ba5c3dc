package io.wshd.proxy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.xnio.XnioIoThread;

/** The part of an upstream that one I/O thread uses: its connections, and the requests that wait for one. */
final class Lane {

    private final XnioIoThread thread;
    private final Ticker ticker;
    private final Map<Server, ConnectionPool> pools = new LinkedHashMap<>();
    private final Deque<ProxyExchange> waiting = new ArrayDeque<>();
    private boolean proceeding;
    private int turns;

    Lane(XnioIoThread thread, Ticker ticker) {
        this.thread = thread;
        this.ticker = ticker;
    }

    Ticker ticker() {
        return ticker;
    }

    XnioIoThread thread() {
        return thread;
    }

    void add(Server server, ConnectionPool pool) {
        pools.put(server, pool);
    }

    ConnectionPool pool(Server server) {
        return pools.get(server);
    }

    /**
     * Has a request wait for a connection to be given back.
     *
     * @param first whether it was first in the queue already
     */
    void await(ProxyExchange exchange, boolean first) {
        if (first) {
            waiting.addFirst(exchange);
        } else {
            waiting.addLast(exchange);
        }
    }

    void forget(ProxyExchange exchange) {
        waiting.remove(exchange);
    }

    /** There is room for a connection, or one was given back: the next in the queue has its turn. */
    void proceed() {
        turns++;
        if (proceeding) {
            // Whoever proceeds may fail at once, and make room for the next: without this, by way of the stack.
            return;
        }
        proceeding = true;
        try {
            for (; turns > 0 && !waiting.isEmpty(); turns--) {
                waiting.pollFirst().proceed();
            }
        } finally {
            turns = 0;
            proceeding = false;
        }
    }

    void close() {
        pools.values().forEach(ConnectionPool::close);
    }
}
