package org.qair.registry.admin;

import java.util.Optional;
import org.qair.policy.QubeName;
import org.qair.registry.PropertyHolder;
import org.qair.registry.PropertyType;
import org.qair.registry.PropertyValue;
import org.qair.registry.RegistryChange;
import org.qair.registry.RegistryException;
import org.qair.registry.RegistrySnapshot;

/** The values of properties as the field's events have them: nothing is {@code None}, and what was not set had its default. */
record EventValues(RegistryChange change) {
    private static final String NOTHING = "None";

    /** A value that was set on a qube. */
    String set(QubeName qube, String property, String value) {
        return set(holder(change.after(), qube).or(() -> holder(change.before(), qube)), property, value);
    }

    /** A value that was set on the host. */
    String setGlobal(String property, String value) {
        return set(Optional.of(change.after().hostProperties()), property, value);
    }

    private static String set(Optional<PropertyHolder> holder, String property, String value) {
        boolean reference = holder.flatMap(properties -> value(properties, property))
                .filter(known -> known.type() == PropertyType.VM)
                .isPresent();
        return value.isEmpty() && reference ? NOTHING : value;
    }

    /** What the property of a qube was before; absent when it was never anything. */
    Optional<String> before(QubeName qube, String property, Optional<String> set) {
        return before(holder(change.before(), qube), property, set);
    }

    /** What the property of the host was before. */
    Optional<String> beforeGlobal(String property, Optional<String> set) {
        return before(Optional.of(change.before().hostProperties()), property, set);
    }

    private static Optional<String> before(Optional<PropertyHolder> holder, String property, Optional<String> set) {
        return set.map(value -> set(holder, property, value))
                .or(() -> holder.flatMap(properties -> value(properties, property))
                        .map(value -> value.value().isEmpty() ? NOTHING : value.value()));
    }

    private static Optional<PropertyHolder> holder(RegistrySnapshot snapshot, QubeName qube) {
        try {
            return Optional.of(snapshot.properties(qube));
        } catch (RegistryException notThere) {
            return Optional.empty();
        }
    }

    private static Optional<PropertyValue> value(PropertyHolder properties, String property) {
        try {
            return Optional.of(properties.value(property));
        } catch (RegistryException notThere) {
            return Optional.empty();
        }
    }
}
