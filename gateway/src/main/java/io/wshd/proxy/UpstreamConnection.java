package io.wshd.proxy;

import java.io.Closeable;
import java.net.InetSocketAddress;

/** A connection to a server. For its I/O thread only. */
interface UpstreamConnection extends Closeable {

    /** Sends a request; the listener is not called before this returns. */
    UpstreamStream send(UpstreamStream.Request request, UpstreamStream.Listener listener);

    /** Whether it can carry another request now. */
    boolean available();

    boolean open();

    /** Whether it carried a request before the one it was last given; the server may then just have given it up. */
    boolean usedBefore();

    /** Which of the server's addresses it leads to. */
    InetSocketAddress peer();

    /** Whether it is to be closed: idle for so many nanoseconds or as long as the server keeps it, or broken. */
    boolean over(long now, long most);

    /** Called when the connection ends, by whomever, once. */
    void whenClosed(Runnable listener);

    /** Takes no more requests, and closes when the last has ended. */
    void closeWhenIdle();

    @Override
    void close();
}
