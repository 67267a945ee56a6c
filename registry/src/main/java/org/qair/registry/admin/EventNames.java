package org.qair.registry.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qair.policy.QubeName;
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

/**
 * The field's names for what happens to a registry, with the field's details. Where the field tells of a thing before and after it, we tell
 * both after it; it has no event for labels.
 */
final class EventNames {
    private EventNames() {}

    static List<AdminEvent> of(RegistryChange change) {
        EventValues values = new EventValues(change);
        List<AdminEvent> events = new ArrayList<>();
        change.events().forEach(event -> events.addAll(of(event, values)));
        return events;
    }

    private static List<AdminEvent> of(RegistryEvent event, EventValues values) {
        return switch (event) {
            case QubeAdded(var qube, var klass) -> List.of(AdminEvent.of("", "domain-add", "vm", qube.value()));
            case QubeRemoved(var qube) ->
                List.of(
                        AdminEvent.of("", "domain-pre-delete", "vm", qube.value()),
                        AdminEvent.of("", "domain-delete", "vm", qube.value()));
            case QubeRenamed(var before, var after) -> renamed(before, after);
            case PropertySet(var qube, var property, var value, var before) ->
                set(qube.value(), property, values.set(qube, property, value), values.before(qube, property, before));
            case PropertyReset(var qube, var property, var before) ->
                reset(qube.value(), property, values.before(qube, property, before));
            case TagAdded(var qube, var tag) ->
                List.of(AdminEvent.of(qube.value(), "domain-tag-add:" + tag, "tag", tag));
            case TagRemoved(var qube, var tag) ->
                List.of(AdminEvent.of(qube.value(), "domain-tag-delete:" + tag, "tag", tag));
            case FeatureSet(var qube, var feature, var value, var before) ->
                List.of(
                        featureSet(qube, "domain-feature-pre-set:", feature, value, before),
                        featureSet(qube, "domain-feature-set:", feature, value, before));
            case FeatureRemoved(var qube, var feature) ->
                List.of(
                        AdminEvent.of(qube.value(), "domain-feature-pre-delete:" + feature, "feature", feature),
                        AdminEvent.of(qube.value(), "domain-feature-delete:" + feature, "feature", feature));
            case AgentChanged(var qube, var state) -> agent(qube.value(), state);
            case GlobalSet(var property, var value, var before) ->
                set("", property, values.setGlobal(property, value), values.beforeGlobal(property, before));
            case GlobalReset(var property, var before) -> reset("", property, values.beforeGlobal(property, before));
            case LabelAdded label -> List.of();
            case LabelRemoved label -> List.of();
        };
    }

    private static List<AdminEvent> agent(String qube, AgentState state) {
        return switch (state) {
            case WAITING -> List.of();
            case CONNECTED -> List.of(AdminEvent.of(qube, "domain-start"));
            case GONE -> List.of(AdminEvent.of(qube, "domain-shutdown"));
        };
    }

    private static List<AdminEvent> renamed(QubeName before, QubeName after) {
        Optional<String> old = Optional.of(before.value());
        return List.of(
                propertySet(before.value(), "property-pre-set:", "name", after.value(), old),
                propertySet(after.value(), "property-set:", "name", after.value(), old));
    }

    private static List<AdminEvent> set(String subject, String property, String value, Optional<String> before) {
        return List.of(
                propertySet(subject, "property-pre-set:", property, value, before),
                propertySet(subject, "property-set:", property, value, before));
    }

    private static AdminEvent propertySet(
            String subject, String event, String property, String value, Optional<String> before) {
        return before.isPresent()
                ? AdminEvent.of(
                        subject, event + property, "name", property, "newvalue", value, "oldvalue", before.get())
                : AdminEvent.of(subject, event + property, "name", property, "newvalue", value);
    }

    /** Each under its name of today and its older one. */
    private static List<AdminEvent> reset(String subject, String property, Optional<String> before) {
        List<AdminEvent> events = new ArrayList<>();
        for (String event : List.of("property-pre-reset:", "property-pre-del:", "property-reset:", "property-del:")) {
            events.add(
                    before.isPresent()
                            ? AdminEvent.of(subject, event + property, "name", property, "oldvalue", before.get())
                            : AdminEvent.of(subject, event + property, "name", property));
        }
        return events;
    }

    private static AdminEvent featureSet(
            QubeName qube, String event, String feature, String value, Optional<String> before) {
        return before.isPresent()
                ? AdminEvent.of(
                        qube.value(), event + feature, "feature", feature, "value", value, "oldvalue", before.get())
                : AdminEvent.of(qube.value(), event + feature, "feature", feature, "value", value);
    }
}
