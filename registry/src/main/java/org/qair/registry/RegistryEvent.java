package org.qair.registry;

import java.util.Optional;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;

/** One thing that a change did. The names are those of the moment the event stands for. */
public sealed interface RegistryEvent {
    /** A qube was made. */
    record QubeAdded(QubeName qube, QubeType klass) implements RegistryEvent {}

    /** A qube was removed. */
    record QubeRemoved(QubeName qube) implements RegistryEvent {}

    /** A qube has another name; it keeps its UUID and number. */
    record QubeRenamed(QubeName before, QubeName after) implements RegistryEvent {}

    /** A property was set; {@code before} is what had been set, if anything. */
    record PropertySet(QubeName qube, String property, String value, Optional<String> before)
            implements RegistryEvent {}

    /** A property went back to its default. */
    record PropertyReset(QubeName qube, String property, Optional<String> before) implements RegistryEvent {}

    /** A tag was added. */
    record TagAdded(QubeName qube, String tag) implements RegistryEvent {}

    /** A tag was removed. */
    record TagRemoved(QubeName qube, String tag) implements RegistryEvent {}

    /** A feature was set. */
    record FeatureSet(QubeName qube, String feature, String value, Optional<String> before) implements RegistryEvent {}

    /** A feature was removed. */
    record FeatureRemoved(QubeName qube, String feature) implements RegistryEvent {}

    /** The host reached the agent of a qube, or lost it. */
    record AgentChanged(QubeName qube, AgentState state) implements RegistryEvent {}

    /** A property of the host itself was set. */
    record GlobalSet(String property, String value, Optional<String> before) implements RegistryEvent {}

    /** A property of the host itself went back to its default. */
    record GlobalReset(String property, Optional<String> before) implements RegistryEvent {}

    /** A label was made. */
    record LabelAdded(Label label) implements RegistryEvent {}

    /** A label was removed. */
    record LabelRemoved(Label label) implements RegistryEvent {}
}
