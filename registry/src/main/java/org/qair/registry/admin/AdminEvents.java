package org.qair.registry.admin;

import java.util.Optional;
import java.util.function.Consumer;
import org.qair.policy.QubeName;
import org.qair.registry.Registry;
import org.qair.registry.RegistryChange;

/** The events of a registry, of all qubes or of one. */
public final class AdminEvents {
    private final Registry registry;
    private final Optional<QubeName> only;

    AdminEvents(Registry registry, Optional<QubeName> only) {
        this.registry = registry;
        this.only = only;
    }

    /**
     * Hands every event from now on to {@code sink}, in order, in the thread that made the change: the sink must not block.
     *
     * @return closing it ends that
     */
    public Registry.Subscription subscribe(Consumer<AdminEvent> sink) {
        return registry.onChange(change -> tell(change, sink));
    }

    private void tell(RegistryChange change, Consumer<AdminEvent> sink) {
        EventNames.of(change).forEach(event -> {
            if (only.isEmpty() || event.subject().equals(only.get().value())) {
                sink.accept(event);
            }
        });
    }
}
