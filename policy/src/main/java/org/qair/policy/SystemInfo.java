package org.qair.policy;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** All qubes that policy knows of at one moment: an immutable snapshot, safe to share between threads. */
public final class SystemInfo {
    private final Map<QubeName, Qube> byName;
    private final Map<UUID, Qube> byUuid;

    public SystemInfo(Collection<Qube> qubes) {
        Map<QubeName, Qube> names = HashMap.newHashMap(qubes.size());
        Map<UUID, Qube> uuids = HashMap.newHashMap(qubes.size());
        for (Qube qube : qubes) {
            names.put(qube.name(), qube);
            uuids.put(qube.uuid(), qube);
        }
        byName = Collections.unmodifiableMap(names);
        byUuid = Collections.unmodifiableMap(uuids);
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
