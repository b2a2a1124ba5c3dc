package io.wshd.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs something at SIGHUP, which service managers send for a reload. The JDK has no public way to heed a signal; its
 * {@code sun.misc.Signal} is there to stay but warned of by the compiler, hence by reflection.
 */
final class Hangup {

    private static final Logger LOG = LoggerFactory.getLogger("gateway");

    private Hangup() {}

    static void handle(Runnable action) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler call = (proxy, method, arguments) -> {
                // Nobody puts a handler into a set or prints it.
                if (method.getName().equals("handle")) {
                    action.run();
                }
                return null;
            };
            var proxy = Proxy.newProxyInstance(Hangup.class.getClassLoader(), new Class<?>[] {handler}, call);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
        } catch (ReflectiveOperationException e) {
            // Not everywhere is there such a signal, and some JVMs keep it to themselves (-Xrs).
            LOG.debug("SIGHUP is not heeded", e);
        }
    }
}
