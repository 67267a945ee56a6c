package org.qair.registry;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.qair.policy.QubeName;

/**
 * What a relay may know of the RemoteVMs behind it: their names here, and on their own host. The field keeps the same map
 * in the relay's QubesDB as {@code /remote/<RemoteVM>}.
 */
public final class RemoteNames {
    private RemoteNames() {}

    /** The remote name of one RemoteVM; empty when there is no such RemoteVM behind that relay. */
    public static Optional<String> find(RegistrySnapshot snapshot, QubeName relay, QubeName remote) {
        return snapshot.find(remote).filter(qube -> isBehind(qube, relay)).map(QubeRecord::remoteName);
    }

    /** Every RemoteVM behind a relay, with its remote name. */
    public static SortedMap<QubeName, String> of(RegistrySnapshot snapshot, QubeName relay) {
        SortedMap<QubeName, String> names = new TreeMap<>();
        for (QubeRecord qube : snapshot.qubes()) {
            if (isBehind(qube, relay)) {
                names.put(qube.name(), qube.remoteName());
            }
        }
        return names;
    }

    private static boolean isBehind(QubeRecord qube, QubeName relay) {
        return qube.isRemote() && qube.relayvm().filter(relay::equals).isPresent();
    }
}
