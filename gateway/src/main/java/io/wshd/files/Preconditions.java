package io.wshd.files;

import io.undertow.util.DateUtils;
import io.undertow.util.ETag;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Date;

/**
 * Rewrites the conditional headers of a request into a form that Undertow's ResourceHandler evaluates as RFC 9110
 * section 13.2.2 wants: of each pair, it would evaluate both headers instead of the tag alone; it does not know
 * {@code If-None-Match: *}, and its comparison for If-Range never finds a tag equal (ByteRange.getResponseResult
 * compares one with quotes to one without).
 */
final class Preconditions {

    private Preconditions() {}

    static void rewrite(HeaderMap request, ETag tag, Date modified) {
        if (request.contains(Headers.IF_MATCH)) {
            join(request, Headers.IF_MATCH);
            request.remove(Headers.IF_UNMODIFIED_SINCE);
        }
        if (request.contains(Headers.IF_NONE_MATCH)) {
            join(request, Headers.IF_NONE_MATCH);
            request.remove(Headers.IF_MODIFIED_SINCE);
            if (request.getFirst(Headers.IF_NONE_MATCH).trim().equals("*")) {
                request.put(Headers.IF_NONE_MATCH, tag.toString());
            }
        }
        var condition = request.getFirst(Headers.IF_RANGE);
        if (condition != null) {
            if (!same(condition.trim(), tag, modified)) {
                request.remove(Headers.RANGE);
            }
            request.remove(Headers.IF_RANGE);
        }
    }

    /** Strong comparison of tags, exact comparison of dates (RFC 9110 section 13.1.5). */
    private static boolean same(String condition, ETag tag, Date modified) {
        if (condition.startsWith("\"") || condition.startsWith("W/")) {
            return condition.equals(tag.toString());
        }
        var date = DateUtils.parseDate(condition);
        return date != null && modified.getTime() == date.getTime();
    }

    private static void join(HeaderMap request, HttpString name) {
        var values = request.get(name);
        if (values.size() > 1) {
            request.put(name, String.join(", ", values));
        }
    }
}
