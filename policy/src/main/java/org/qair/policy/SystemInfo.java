package org.qair.policy;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** All qubes that policy knows of at one moment: an immutable snapshot, safe to share between threads. */
public final class SystemInfo {
    private final Map<QubeName, Qube> byName;
    private final Map<UUID, Qube> byUuid;

    public SystemInfo(Collection<Qube> qubes) {
        Map<QubeName, Qube> names = new HashMap<>();
        Map<UUID, Qube> uuids = new HashMap<>();
        for (Qube qube : qubes) {
            names.put(qube.name(), qube);
            uuids.put(qube.uuid(), qube);
        }
        byName = Map.copyOf(names);
        byUuid = Map.copyOf(uuids);
    }

    public Optional<Qube> find(QubeName name) {
        return Optional.ofNullable(byName.get(name));
    }

    public Optional<Qube> find(UUID uuid) {
        return Optional.ofNullable(byUuid.get(uuid));
    }

    /** Every qube, in no order. */
    public Collection<Qube> qubes() {
        return byName.values();
    }
}
