package org.qair.registry;

import java.util.Optional;
import org.qair.policy.QubeName;

/** Reads properties where it is not known whether the qube's class has them. */
final class Properties {
    private Properties() {}

    /** The value of a property that refers to a qube; empty when the class has none such or it refers to nothing. */
    static Optional<QubeName> reference(QubeRecord qube, String property, Surroundings host) {
        String set = qube.properties().get(property);
        Optional<String> value = set != null
                ? Optional.of(set)
                : PropertyTable.find(PropertyTable.of(qube.klass()), property)
                        .flatMap(definition -> definition.fallback().of(qube, host));
        return value.filter(name -> !name.isEmpty()).map(QubeName::new);
    }
}
