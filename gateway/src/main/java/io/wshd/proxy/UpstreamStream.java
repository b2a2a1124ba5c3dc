package io.wshd.proxy;

import io.undertow.util.HeaderMap;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/** One request on a connection to a server, and what comes back. For the connection's I/O thread only. */
interface UpstreamStream {

    /** What comes back before the body. After {@code response} or {@code failed} there are no more calls. */
    interface Listener {

        /** A 1xx response other than 101. */
        void informational(int status, String reason, HeaderMap headers);

        /** The response; with status 101 the connection may be taken over. */
        void response(int status, String reason, HeaderMap headers);

        /** No response will come. */
        void failed(IOException e);
    }

    /**
     * What is asked for.
     *
     * @param target path and query
     * @param streamed whether a body follows by way of {@link #requestBody}; its framing is in the headers
     * @param content a whole body, or null
     */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares requests, and a copy would be in vain.
    record Request(String method, String target, HeaderMap headers, boolean streamed, byte[] content) {}

    /** Takes the request's body. */
    StreamSinkChannel requestBody();

    /** Trailers of the request, before its body ends. */
    void requestTrailers(HeaderMap trailers);

    /** Has the response's body. Not to be touched once it has ended. */
    StreamSourceChannel responseBody();

    /** Asked after a read that left space: whether another one would be in vain for now. */
    BooleanSupplier drained();

    /** Trailers of the response, once its body has ended. */
    HeaderMap responseTrailers();

    /** Whether nothing of the request can have reached the server. */
    boolean untouched();

    /** Whether request and response have ended and the connection may carry another request. */
    boolean reusable();

    /** Takes the connection over after status 101. */
    StreamConnection upgrade();

    /** Gives up in the middle of whatever goes on; the server must not take half a request for a whole one. */
    void abort();
}
