package org.qair.policy;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What policy knows of one qube: a value of the field's system info ({@code internal.GetSystemInfo}).
 *
 * @param defaultDispvm the template that {@code @dispvm} means for this qube
 * @param relayvm for a RemoteVM, the local qube its calls go through
 * @param transportRpc for a RemoteVM, the service on the relay that carries them
 */
public record Qube(
        QubeName name,
        QubeType type,
        UUID uuid,
        Set<String> tags,
        Optional<QubeName> defaultDispvm,
        boolean templateForDispvms,
        boolean internal,
        String powerState,
        String icon,
        Optional<QubeName> guivm,
        Optional<QubeName> relayvm,
        Optional<String> transportRpc) {
    public Qube {
        tags = Set.copyOf(tags);
    }

    /** Whether a call reaches it without starting it first; a RemoteVM counts as running. */
    public boolean isRunning() {
        return type == QubeType.RemoteVM || powerState.equals("Running");
    }
}
