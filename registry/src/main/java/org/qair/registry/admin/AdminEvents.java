package org.qair.registry.admin;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.RegistryChange;
import org.qair.registry.RegistrySnapshot;

/** The events of a registry that one source may hear of: of all qubes, or of one under whatever name. */
public final class AdminEvents {
    private final Optional<Registry> registry;
    private final View view;
    private final Optional<UUID> only;

    private AdminEvents(Optional<Registry> registry, View view, Optional<UUID> only) {
        this.registry = registry;
        this.view = view;
        this.only = only;
    }

    /** Of all qubes and of the host itself. */
    static AdminEvents ofAll(Registry registry, View view) {
        return new AdminEvents(Optional.of(registry), view, Optional.empty());
    }

    /** Of one qube. */
    static AdminEvents of(Registry registry, View view, QubeRecord qube) {
        return new AdminEvents(Optional.of(registry), view, Optional.of(qube.uuid()));
    }

    /** A stream on which nothing ever happens. */
    static AdminEvents none() {
        return new AdminEvents(Optional.empty(), new View(QubeName.DOM0, Permission.NONE), Optional.empty());
    }

    /**
     * Hands every event from now on to {@code sink}, in order, in the thread that made the change: the sink must not block.
     *
     * @return closing it ends that
     */
    public Registry.Subscription subscribe(Consumer<AdminEvent> sink) {
        return registry.map(source -> source.onChange(change -> tell(change, sink)))
                .orElse(() -> {});
    }

    private void tell(RegistryChange change, Consumer<AdminEvent> sink) {
        for (AdminEvent event : EventNames.of(change)) {
            if (isAboutIt(change, event) && view.shows(moment(change, event), event)) {
                sink.accept(event);
            }
        }
    }

    private boolean isAboutIt(RegistryChange change, AdminEvent event) {
        return only.isEmpty()
                || subject(change.after(), event)
                        .or(() -> subject(change.before(), event))
                        .map(QubeRecord::uuid)
                        .equals(only);
    }

    /** Policy judges by the qubes after the change; what is gone, by those before it. */
    private static RegistrySnapshot moment(RegistryChange change, AdminEvent event) {
        return change.after().find(new QubeName(event.about())).isPresent() ? change.after() : change.before();
    }

    private static Optional<QubeRecord> subject(RegistrySnapshot snapshot, AdminEvent event) {
        return Optional.of(event.subject())
                .filter(name -> !name.isEmpty())
                .map(QubeName::new)
                .flatMap(snapshot::find);
    }
}
