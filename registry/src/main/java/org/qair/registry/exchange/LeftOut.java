package org.qair.registry.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.qair.policy.Printable;

/** Counts what a file has and a registry has no place for. */
final class LeftOut {
    private final SortedMap<String, Integer> properties = new TreeMap<>();
    private final List<String> ofHost = new ArrayList<>();
    private int devices;

    void property(String name) {
        properties.merge(name, 1, Integer::sum);
    }

    void hostProperty(String name) {
        ofHost.add(name);
    }

    void device() {
        devices++;
    }

    List<String> shown() {
        List<String> shown = new ArrayList<>();
        properties.forEach((name, count) -> shown.add(
                "property `%s` of %d %s".formatted(Printable.of(name), count, count == 1 ? "qube" : "qubes")));
        ofHost.forEach(name -> shown.add("property `%s` of the system".formatted(Printable.of(name))));
        if (devices > 0) {
            shown.add("%d %s".formatted(devices, devices == 1 ? "device" : "devices"));
        }
        return shown;
    }
}
