package org.qair.registry;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A change that is on disk, as far as it is kept there.
 *
 * @param events what it did, in order; never empty
 * @param touched the qubes that were made, changed or removed
 */
public record RegistryChange(
        RegistrySnapshot before, RegistrySnapshot after, List<RegistryEvent> events, Set<UUID> touched) {
    public RegistryChange {
        touched = Set.copyOf(touched);
        events = List.copyOf(events);
    }
}
