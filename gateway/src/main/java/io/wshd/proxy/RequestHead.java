package io.wshd.proxy;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes the head of an HTTP/1.1 request. */
final class RequestHead {

    private static final byte[] VERSION = {' ', 'H', 'T', 'T', 'P', '/', '1', '.', '1', '\r', '\n'};

    private byte[] bytes = new byte[1024];
    private int size;

    private RequestHead() {}

    /** The request line, the headers, the empty line, and the content if there is any. */
    static ByteBuffer bytes(UpstreamStream.Request request) {
        var head = new RequestHead();
        head.put(request.method());
        head.reserve(1);
        head.bytes[head.size++] = ' ';
        head.put(request.target());
        head.reserve(VERSION.length);
        for (byte b : VERSION) {
            head.bytes[head.size++] = b;
        }
        head.put(request.headers());
        head.end();
        var content = request.content();
        if (content != null) {
            head.reserve(content.length);
            System.arraycopy(content, 0, head.bytes, head.size, content.length);
            head.size += content.length;
        }
        return ByteBuffer.wrap(head.bytes, 0, head.size);
    }

    private void put(HeaderMap headers) {
        for (long at = headers.fastIterateNonEmpty(); at != -1L; at = headers.fiNextNonEmpty(at)) {
            HeaderValues values = headers.fiCurrent(at);
            var name = values.getHeaderName();
            for (int i = 0; i < values.size(); i++) {
                int length = name.length();
                reserve(length + 2);
                name.copyTo(bytes, size);
                size += length;
                bytes[size++] = ':';
                bytes[size++] = ' ';
                put(values.get(i));
                end();
            }
        }
    }

    private void end() {
        reserve(2);
        bytes[size++] = '\r';
        bytes[size++] = '\n';
    }

    /**
     * Headers are bytes that Undertow made characters of one by one. A line break in the middle of one would start
     * another header; parser and configuration let none pass.
     */
    @SuppressWarnings("deprecation") // The one method that takes the low bytes of characters without a coder.
    private void put(String text) {
        int length = text.length();
        reserve(length);
        text.getBytes(0, length, bytes, size);
        size += length;
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
