package org.qair.registry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.policy.QubeName;

/** Reads properties: what was set, or the default. */
final class Properties {
    private Properties() {}

    static PropertyDefinition definition(QubeRecord qube, String property) throws RegistryException {
        return PropertyTable.find(PropertyTable.of(qube.klass()), property)
                .orElseThrow(() -> noSuch(property, "`%s`, which is of class %s".formatted(qube.name(), qube.klass())));
    }

    static PropertyDefinition globalDefinition(String property) throws RegistryException {
        return PropertyTable.find(PropertyTable.GLOBAL, property).orElseThrow(() -> noSuch(property, "the host"));
    }

    static PropertyValue value(QubeRecord qube, String property, Map<String, String> global) throws RegistryException {
        return value(definition(qube, property), qube, global);
    }

    static PropertyValue value(PropertyDefinition definition, QubeRecord qube, Map<String, String> global) {
        String set = qube.properties().get(definition.name());
        if (set != null) {
            return new PropertyValue(definition.type(), false, set);
        }
        boolean ofTheQube = List.of("name", "uuid", "qid").contains(definition.name());
        Optional<String> fallback = definition.fallback().of(qube, global);
        return new PropertyValue(definition.type(), !ofTheQube, fallback.orElse(""));
    }

    static PropertyValue globalValue(PropertyDefinition definition, QubeRecord dom0, Map<String, String> global) {
        String set = global.get(definition.name());
        return set != null
                ? new PropertyValue(definition.type(), false, set)
                : new PropertyValue(
                        definition.type(),
                        true,
                        definition.fallback().of(dom0, global).orElse(""));
    }

    /** The value of a property that refers to a qube; empty when the class has none such or it refers to nothing. */
    static Optional<QubeName> reference(QubeRecord qube, String property, Map<String, String> global) {
        return PropertyTable.find(PropertyTable.of(qube.klass()), property)
                .map(definition -> value(definition, qube, global).value())
                .filter(value -> !value.isEmpty())
                .map(QubeName::new);
    }

    private static RegistryException noSuch(String property, String holder) {
        return new RegistryException(
                RegistryError.QubesNoSuchPropertyError,
                "no such property of %s: `%s`".formatted(holder, Shown.text(property)));
    }
}
