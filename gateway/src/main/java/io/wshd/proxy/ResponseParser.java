package io.wshd.proxy;

import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the head of an HTTP/1.1 response (RFC 9112 sections 4 and 5), or trailers. Bytes in, a head out, without I/O;
 * what no client could read safely is refused.
 */
final class ResponseParser {

    /** Undertow's HeaderMap takes no more values for a name. */
    private static final int MOST_OF_A_NAME = Byte.MAX_VALUE;

    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c : "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    /** Bytes looked at a time; most heads are shorter. */
    private static final int CHUNK = 512;

    private final int most;
    private int size;
    private final byte[] chunk = new byte[CHUNK];
    private byte[] line = new byte[CHUNK];
    private int length;
    private boolean statusRead;
    private int minor;
    private int status;
    private String reason = "";
    private HeaderMap headers = new HeaderMap();
    private HttpString lastName;

    /** @param most bytes of a head */
    ResponseParser(int most) {
        this.most = most;
    }

    /** Makes ready for the next head. */
    void reset() {
        size = 0;
        length = 0;
        statusRead = false;
        reason = "";
        headers = new HeaderMap();
        lastName = null;
    }

    /** Makes ready for header lines without a status line. */
    void resetForTrailers() {
        reset();
        statusRead = true;
    }

    /** 0 or 1, of HTTP/1. */
    int minor() {
        return minor;
    }

    int status() {
        return status;
    }

    String reason() {
        return reason;
    }

    HeaderMap headers() {
        return headers;
    }

    /**
     * Takes what belongs to the head.
     *
     * @return whether the head is complete; otherwise the buffer is empty now
     * @throws IOException with what is wrong, in words for the log
     */
    boolean parse(ByteBuffer in) throws IOException {
        while (in.hasRemaining()) {
            // An array is searched faster than a buffer outside of the heap.
            int start = in.position();
            int count = Math.min(in.remaining(), chunk.length);
            in.get(start, chunk, 0, count);
            int from = 0;
            for (int i = 0; i < count; i++) {
                if (chunk[i] == '\n') {
                    append(from, i);
                    from = i + 1;
                    if (length > 0 && line[length - 1] == '\r') {
                        length--;
                    }
                    if (endOfLine()) {
                        in.position(start + from);
                        return true;
                    }
                    length = 0;
                }
            }
            append(from, count);
            in.position(start + count);
        }
        return false;
    }

    private void append(int from, int to) throws IOException {
        int count = to - from;
        size += count + 1;
        if (size > most) {
            throw new IOException("its head is larger than max-response-header, " + most + " bytes");
        }
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, length + count));
        }
        System.arraycopy(chunk, from, line, length, count);
        length += count;
    }

    private boolean endOfLine() throws IOException {
        if (!statusRead) {
            // An empty line before the status is left over from a sloppy answer before.
            if (length > 0) {
                statusLine();
                statusRead = true;
            }
            return false;
        }
        if (length == 0) {
            return true;
        }
        headerLine();
        return false;
    }

    private void statusLine() throws IOException {
        boolean good = length >= 12
                && line[0] == 'H'
                && line[1] == 'T'
                && line[2] == 'T'
                && line[3] == 'P'
                && line[4] == '/'
                && line[5] == '1'
                && line[6] == '.'
                && (line[7] == '0' || line[7] == '1')
                && line[8] == ' '
                && (length == 12 || line[12] == ' ');
        int code = 0;
        for (int i = 9; good && i < 12; i++) {
            good = line[i] >= '0' && line[i] <= '9';
            code = code * 10 + line[i] - '0';
        }
        if (!good || code < 100) {
            throw new IOException("no HTTP/1 response: it begins with \"" + shown() + "\"");
        }
        minor = line[7] - '0';
        status = code;
        reason = length > 13 ? value(13, length) : "";
    }

    private void headerLine() throws IOException {
        if (line[0] == ' ' || line[0] == '\t') {
            fold();
            return;
        }
        int colon = 0;
        while (colon < length && line[colon] != ':') {
            colon++;
        }
        int nameEnd = colon;
        // RFC 9112 section 5.1: a proxy removes white space between name and colon from a response.
        while (nameEnd > 0 && (line[nameEnd - 1] == ' ' || line[nameEnd - 1] == '\t')) {
            nameEnd--;
        }
        if (colon == length || nameEnd == 0) {
            throw new IOException("no header: \"" + shown() + "\"");
        }
        for (int i = 0; i < nameEnd; i++) {
            if (line[i] < 0 || !TOKEN[line[i]]) {
                throw new IOException("no name of a header: \"" + shown() + "\"");
            }
        }
        lastName = name(nameEnd);
        if (headers.count(lastName) == MOST_OF_A_NAME) {
            throw new IOException("more than " + MOST_OF_A_NAME + " headers " + lastName);
        }
        headers.add(lastName, value(colon + 1, length));
    }

    /** A line that goes on the one before (RFC 9112 section 5.2): a proxy puts a space in place of the break. */
    private void fold() throws IOException {
        if (lastName == null) {
            throw new IOException("a header that begins with a space: \"" + shown() + "\"");
        }
        var values = headers.get(lastName);
        var last = values.removeLast();
        headers.add(lastName, (last + " " + value(0, length)).strip());
    }

    private HttpString name(int end) {
        var text = new String(line, 0, end, StandardCharsets.ISO_8859_1);
        var known = Headers.fromCache(text);
        return known == null ? new HttpString(text) : known;
    }

    private String value(int from, int to) throws IOException {
        int start = from;
        int end = to;
        while (start < end && (line[start] == ' ' || line[start] == '\t')) {
            start++;
        }
        while (end > start && (line[end - 1] == ' ' || line[end - 1] == '\t')) {
            end--;
        }
        for (int i = start; i < end; i++) {
            byte b = line[i];
            if (b >= 0 && b < ' ' && b != '\t' || b == 0x7f) {
                throw new IOException("a control character in a header: \"" + shown() + "\"");
            }
        }
        return new String(line, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** The line for a message: no more than 60 characters, and those printable. */
    private String shown() {
        var text = new String(line, 0, Math.min(length, 60), StandardCharsets.ISO_8859_1);
        return text.replaceAll("[^ -~]", "?") + (length > 60 ? "..." : "");
    }
}
