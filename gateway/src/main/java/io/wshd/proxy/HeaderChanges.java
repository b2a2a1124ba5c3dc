package io.wshd.proxy;

import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import io.wshd.config.HeaderRules;

/** Makes the changes to headers that a route asks for. */
final class HeaderChanges {

    private HeaderChanges() {}

    static void apply(HeaderRules rules, HeaderMap headers) {
        if (rules.isEmpty()) {
            return;
        }
        rules.remove().forEach(headers::remove);
        // First all go, then all come: a name with several values is set to all of them.
        rules.set().forEach(header -> headers.remove(header.getKey()));
        rules.set().forEach(header -> headers.add(new HttpString(header.getKey()), header.getValue()));
        rules.add().forEach(header -> headers.add(new HttpString(header.getKey()), header.getValue()));
    }
}
