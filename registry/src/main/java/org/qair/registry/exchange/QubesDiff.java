package org.qair.registry.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import org.qair.registry.RegistrySnapshot;

/** What is different between two states of a registry, a line a fact: {@code - [qube.work] label = "red"}. */
final class QubesDiff {
    private QubesDiff() {}

    static List<String> of(RegistrySnapshot before, RegistrySnapshot after) {
        SortedMap<String, String> old = QubesExport.facts(before);
        SortedMap<String, String> now = QubesExport.facts(after);
        TreeSet<String> keys = new TreeSet<>(old.keySet());
        keys.addAll(now.keySet());
        List<String> lines = new ArrayList<>();
        for (String key : keys) {
            String was = old.get(key);
            String is = now.get(key);
            if (was != null && !was.equals(is)) {
                lines.add("- " + key + was);
            }
            if (is != null && !is.equals(was)) {
                lines.add("+ " + key + is);
            }
        }
        return lines;
    }
}
