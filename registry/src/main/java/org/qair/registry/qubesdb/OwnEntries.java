package org.qair.registry.qubesdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What a qube itself wrote into its QubesDB; lives as long as the socket. Safe for use by many threads. */
final class OwnEntries {
    /** A qube that writes without end must not fill the host's memory. */
    private static final int MOST_ENTRIES = 1_000;

    private final ConcurrentSkipListMap<String, byte[]> entries = new ConcurrentSkipListMap<>();

    Optional<byte[]> read(String path) {
        return Optional.ofNullable(entries.get(path));
    }

    SortedMap<String, byte[]> list(String prefix) {
        SortedMap<String, byte[]> found = new TreeMap<>();
        entries.tailMap(prefix).forEach((path, value) -> {
            if (path.startsWith(prefix)) {
                found.put(path, value);
            }
        });
        return found;
    }

    /** False when there are too many. */
    boolean write(String path, byte[] value) {
        if (entries.size() >= MOST_ENTRIES && !entries.containsKey(path)) {
            return false;
        }
        entries.put(path, value);
        return true;
    }

    /** Removes an entry, or with a trailing `/` all below; returns what was removed. */
    List<String> remove(String path) {
        List<String> removed = new ArrayList<>();
        List<String> wanted = path.endsWith("/") ? List.copyOf(list(path).keySet()) : List.of(path);
        for (String one : wanted) {
            if (entries.remove(one) != null) {
                removed.add(one);
            }
        }
        return removed;
    }
}
