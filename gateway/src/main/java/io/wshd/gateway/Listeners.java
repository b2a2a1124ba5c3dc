package io.wshd.gateway;

import io.undertow.Undertow;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.HttpHandler;
import io.wshd.config.ConfigException;
import io.wshd.config.HttpConfig;
import io.wshd.config.ListenerConfig;
import io.wshd.security.TlsException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xnio.XnioWorker;

/** The addresses at which connections are accepted. Not for use by two threads at a time. */
final class Listeners {

    /**
     * Where a listener is bound, wherever it is configured.
     *
     * @param name tells listeners apart that take any free port; of others it makes no difference
     */
    private record Address(String host, int port, String name) {
        static Address of(ListenerConfig config) {
            return new Address(config.host(), config.port(), config.port() == 0 ? config.name() : "");
        }
    }

    private final XnioWorker worker;
    private final ByteBufferPool buffers;
    private final HttpHandler handler;
    private Map<Address, Undertow> open = new LinkedHashMap<>();

    Listeners(XnioWorker worker, ByteBufferPool buffers, HttpHandler handler) {
        this.worker = worker;
        this.buffers = buffers;
        this.handler = handler;
    }

    /**
     * Opens those that are not open yet.
     *
     * @return what to do next: {@link Change#keep} or {@link Change#undo}
     * @throws ConfigException if an address cannot be had; nothing has changed then
     */
    Change change(List<ListenerConfig> configs, HttpConfig http) throws ConfigException {
        var next = new LinkedHashMap<Address, Undertow>();
        var opened = new ArrayList<Undertow>();
        var mistakes = new ArrayList<String>();
        for (var config : configs) {
            var address = Address.of(config);
            var listener = open.get(address);
            if (listener == null) {
                try {
                    listener = Listener.of(config, http, worker, buffers, handler);
                    listener.start();
                    opened.add(listener);
                } catch (TlsException e) {
                    mistakes.add(config.place() + ": " + e.getMessage());
                    continue;
                } catch (RuntimeException e) {
                    mistakes.add(Bind.complaint(config, e));
                    continue;
                }
            }
            next.put(address, listener);
        }
        if (!mistakes.isEmpty()) {
            opened.forEach(Undertow::stop);
            throw new ConfigException(mistakes);
        }
        return new Change(next, opened, http);
    }

    /** Listeners that are open and not in use yet. */
    final class Change {

        private final Map<Address, Undertow> next;
        private final List<Undertow> opened;
        private final HttpConfig http;

        private Change(Map<Address, Undertow> next, List<Undertow> opened, HttpConfig http) {
            this.next = next;
            this.opened = opened;
            this.http = http;
        }

        /** Closes those that are not wanted any more; their connections go on. Bounds are for new connections. */
        void keep() {
            open.forEach((address, listener) -> {
                if (!next.containsKey(address)) {
                    listener.stop();
                }
            });
            var options = Listener.options(http);
            next.values()
                    .forEach(listener -> listener.getListenerInfo().getFirst().setServerOptions(options));
            open = next;
        }

        void undo() {
            opened.forEach(Undertow::stop);
        }
    }

    /** The addresses in use, in the order of the configuration; a port of 0 there is the one chosen here. */
    List<InetSocketAddress> addresses() {
        return open.values().stream()
                .map(listener -> (InetSocketAddress)
                        listener.getListenerInfo().getFirst().getAddress())
                .toList();
    }

    void stop() {
        open.values().forEach(Undertow::stop);
    }
}
