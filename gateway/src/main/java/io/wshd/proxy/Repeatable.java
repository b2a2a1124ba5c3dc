package io.wshd.proxy;

import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.Set;

/** Which requests may be sent again without the client's leave (RFC 9110 section 9.2.2). */
final class Repeatable {

    private static final Set<HttpString> IDEMPOTENT =
            Set.of(Methods.GET, Methods.HEAD, Methods.OPTIONS, Methods.PUT, Methods.DELETE);

    private Repeatable() {}

    static boolean method(HttpString method) {
        return IDEMPOTENT.contains(method);
    }
}
