package org.qair.registry;

import java.util.List;

/** A change that is on disk: the state before and after it, and what it did, in order; never empty. */
public record RegistryChange(RegistrySnapshot before, RegistrySnapshot after, List<RegistryEvent> events) {
    public RegistryChange {
        events = List.copyOf(events);
    }
}
