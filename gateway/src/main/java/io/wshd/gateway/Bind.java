package io.wshd.gateway;

import io.wshd.config.ListenerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Optional;

/** Says in one line why the address of a listener cannot be bound. */
public final class Bind {

    private static final int FIRST_FREE_FOR_ALL = 1024;

    private Bind() {}

    /**
     * Binds a listener's address for a moment and leaves it again. Blocks while a name server is asked for the host.
     *
     * @return the complaint, or empty when the address could be bound
     */
    public static Optional<String> complaint(ListenerConfig listener) {
        try (var socket = new ServerSocket()) {
            // As the gateway does: connections of an earlier run that linger in TIME_WAIT are no obstacle.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(listener.host()), listener.port()));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(complaint(listener, e));
        }
    }

    /**
     * The complaint for a failed bind. May block while a name server is asked for the host.
     *
     * @param cause what the bind ended with, or an exception that was caused by that
     */
    public static String complaint(ListenerConfig listener, Throwable cause) {
        return listener.place() + ": \"" + shown(listener.host(), listener.port()) + "\"" + what(listener, cause);
    }

    /** {@code 127.0.0.1:8080}, {@code [::1]:8080}: as in a URL. */
    public static String shown(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Looks at the address rather than at the exception where it can: an error's text depends on the locale. */
    private static String what(ListenerConfig listener, Throwable cause) {
        InetAddress address;
        try {
            address = InetAddress.getByName(listener.host());
            if (!address.isAnyLocalAddress() && NetworkInterface.getByInetAddress(address) == null) {
                return " cannot be listened on: " + address.getHostAddress() + " is no address of this machine."
                        + " Did you mean \"0.0.0.0:" + listener.port() + "\", which is all of its addresses?";
            }
        } catch (UnknownHostException e) {
            return " cannot be listened on: the host name is unknown. Use an address such as 127.0.0.1.";
        } catch (IOException e) {
            return " cannot be listened on: " + e.getMessage() + ".";
        }
        var text = text(cause);
        if (text.contains("in use")) {
            return " is in use by another program. Stop that, or choose another port; -p 0 takes any free one.";
        }
        if (listener.port() > 0 && listener.port() < FIRST_FREE_FOR_ALL) {
            return " needs a right that the gateway does not have: ports below 1024 are for root, or for a program with"
                    + " the capability CAP_NET_BIND_SERVICE. Choose a port from 1024 on, such as 8080.";
        }
        return " cannot be listened on: " + text + ".";
    }

    private static String text(Throwable cause) {
        var last = cause;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage();
    }
}
