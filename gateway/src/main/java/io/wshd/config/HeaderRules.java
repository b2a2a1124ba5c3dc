package io.wshd.config;

import java.util.List;
import java.util.Map;

/**
 * Changes to headers, in this order: those to remove go, those to set replace, those to add are added.
 *
 * @param remove names
 * @param set name and value each
 * @param add name and value each
 */
public record HeaderRules(
        List<String> remove, List<Map.Entry<String, String>> set, List<Map.Entry<String, String>> add) {

    public static final HeaderRules NONE = new HeaderRules(List.of(), List.of(), List.of());

    public boolean isEmpty() {
        return remove.isEmpty() && set.isEmpty() && add.isEmpty();
    }
}
