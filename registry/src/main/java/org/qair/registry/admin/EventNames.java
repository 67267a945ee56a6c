package org.qair.registry.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qair.registry.AgentState;
import org.qair.registry.RegistryChange;
import org.qair.registry.RegistryEvent;
import org.qair.registry.RegistryEvent.AgentChanged;
import org.qair.registry.RegistryEvent.FeatureRemoved;
import org.qair.registry.RegistryEvent.FeatureSet;
import org.qair.registry.RegistryEvent.GlobalReset;
import org.qair.registry.RegistryEvent.GlobalSet;
import org.qair.registry.RegistryEvent.LabelAdded;
import org.qair.registry.RegistryEvent.LabelRemoved;
import org.qair.registry.RegistryEvent.PropertyReset;
import org.qair.registry.RegistryEvent.PropertySet;
import org.qair.registry.RegistryEvent.QubeAdded;
import org.qair.registry.RegistryEvent.QubeRemoved;
import org.qair.registry.RegistryEvent.QubeRenamed;
import org.qair.registry.RegistryEvent.TagAdded;
import org.qair.registry.RegistryEvent.TagRemoved;

/** The field's names for what happens to a registry; it has none for labels. */
final class EventNames {
    private EventNames() {}

    static List<AdminEvent> of(RegistryChange change) {
        List<AdminEvent> events = new ArrayList<>();
        change.events().forEach(event -> of(event).ifPresent(events::add));
        return events;
    }

    private static Optional<AdminEvent> of(RegistryEvent event) {
        return switch (event) {
            case QubeAdded(var qube, var klass) -> Optional.of(AdminEvent.of("", "domain-add", "vm", qube.value()));
            case QubeRemoved(var qube) -> Optional.of(AdminEvent.of("", "domain-delete", "vm", qube.value()));
            case QubeRenamed(var before, var after) ->
                Optional.of(set(after.value(), "name", after.value(), Optional.of(before.value())));
            case PropertySet(var qube, var property, var value, var before) ->
                Optional.of(set(qube.value(), property, value, before));
            case PropertyReset(var qube, var property, var before) ->
                Optional.of(reset(qube.value(), property, before));
            case TagAdded(var qube, var tag) ->
                Optional.of(AdminEvent.of(qube.value(), "domain-tag-add:" + tag, "tag", tag));
            case TagRemoved(var qube, var tag) ->
                Optional.of(AdminEvent.of(qube.value(), "domain-tag-delete:" + tag, "tag", tag));
            case FeatureSet(var qube, var feature, var value, var before) ->
                Optional.of(featureSet(qube.value(), feature, value, before));
            case FeatureRemoved(var qube, var feature) ->
                Optional.of(AdminEvent.of(qube.value(), "domain-feature-delete:" + feature, "feature", feature));
            case AgentChanged(var qube, var state) -> agent(qube.value(), state);
            case GlobalSet(var property, var value, var before) -> Optional.of(set("", property, value, before));
            case GlobalReset(var property, var before) -> Optional.of(reset("", property, before));
            case LabelAdded label -> Optional.empty();
            case LabelRemoved label -> Optional.empty();
        };
    }

    private static Optional<AdminEvent> agent(String qube, AgentState state) {
        return switch (state) {
            case WAITING -> Optional.empty();
            case CONNECTED -> Optional.of(AdminEvent.of(qube, "domain-start"));
            case GONE -> Optional.of(AdminEvent.of(qube, "domain-shutdown"));
        };
    }

    private static AdminEvent set(String subject, String property, String value, Optional<String> before) {
        String name = "property-set:" + property;
        return before.isPresent()
                ? AdminEvent.of(subject, name, "name", property, "newvalue", value, "oldvalue", before.get())
                : AdminEvent.of(subject, name, "name", property, "newvalue", value);
    }

    private static AdminEvent reset(String subject, String property, Optional<String> before) {
        String name = "property-reset:" + property;
        return before.isPresent()
                ? AdminEvent.of(subject, name, "name", property, "oldvalue", before.get())
                : AdminEvent.of(subject, name, "name", property);
    }

    private static AdminEvent featureSet(String subject, String feature, String value, Optional<String> before) {
        String name = "domain-feature-set:" + feature;
        return before.isPresent()
                ? AdminEvent.of(subject, name, "feature", feature, "value", value, "oldvalue", before.get())
                : AdminEvent.of(subject, name, "feature", feature, "value", value);
    }
}
