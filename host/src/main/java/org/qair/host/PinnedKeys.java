package org.qair.host;

import java.util.List;
import org.qair.proof.HostKey;
import org.qair.registry.QubeRecord;
import org.qair.relay.keys.SshKeys;

/** The keys that a RemoteVM's own host may sign with, as its property {@code host_key} has them. */
final class PinnedKeys {
    private PinnedKeys() {}

    static List<HostKey> of(QubeRecord remote) {
        return remote.hostKeys().stream()
                .map(SshKeys::parsePublicLine)
                .map(HostKey::of)
                .toList();
    }
}
