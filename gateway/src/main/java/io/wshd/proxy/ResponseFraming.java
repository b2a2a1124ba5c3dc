package io.wshd.proxy;

import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** How a response's body ends, and what becomes of the connection then (RFC 9112 sections 6.3 and 9.3). */
final class ResponseFraming {

    private static final HttpString KEEP_ALIVE = new HttpString("Keep-Alive");
    private static final Pattern TIMEOUT = Pattern.compile("(?:^|[,; ])timeout\\s*=\\s*\"?([0-9]{1,6})");

    /** Of a length; more would not fit into a long. */
    private static final int MOST_DIGITS = 18;

    private ResponseFraming() {}

    /** @throws IOException if the headers contradict each other, or name a coding that is not known */
    static ResponseBody.Framing of(String method, int status, int minor, HeaderMap headers) throws IOException {
        if (method.equals("HEAD")
                || status < 200
                || status == StatusCodes.NO_CONTENT
                || status == StatusCodes.NOT_MODIFIED) {
            return new ResponseBody.Length(0);
        }
        var codings = headers.get(Headers.TRANSFER_ENCODING);
        if (codings != null) {
            if (codings.size() != 1 || !codings.getFirst().equalsIgnoreCase("chunked") || minor == 0) {
                throw new IOException("Transfer-Encoding \"" + String.join(", ", codings) + "\" in HTTP/1." + minor
                        + "; expected chunked in HTTP/1.1");
            }
            headers.remove(Headers.CONTENT_LENGTH);
            return new ResponseBody.Chunked();
        }
        var lengths = headers.get(Headers.CONTENT_LENGTH);
        if (lengths == null) {
            return new ResponseBody.UntilClose();
        }
        var length = lengths.getFirst();
        for (var other : lengths) {
            if (!isNumber(other) || !other.equals(length)) {
                throw new IOException("Content-Length \"" + String.join(", ", lengths) + "\"; expected one number");
            }
        }
        if (lengths.size() > 1) {
            headers.put(Headers.CONTENT_LENGTH, length);
        }
        return new ResponseBody.Length(Long.parseLong(length));
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= MOST_DIGITS;
    }

    static boolean persistent(int minor, HeaderMap headers) {
        var connection = headers.get(Headers.CONNECTION);
        if (connection == null) {
            return minor == 1;
        }
        boolean keep = minor == 1;
        for (var value : connection) {
            for (var option : value.split(",")) {
                if (option.strip().equalsIgnoreCase("close")) {
                    return false;
                }
                keep |= option.strip().equalsIgnoreCase("keep-alive");
            }
        }
        return keep;
    }

    /** How long the server says it keeps an idle connection; 0 when it does not say. */
    static long keepAliveNanos(HeaderMap headers) {
        var value = headers.getFirst(KEEP_ALIVE);
        if (value == null) {
            return 0;
        }
        var timeout = TIMEOUT.matcher(value);
        return timeout.find() ? TimeUnit.SECONDS.toNanos(Long.parseLong(timeout.group(1))) : 0;
    }
}
