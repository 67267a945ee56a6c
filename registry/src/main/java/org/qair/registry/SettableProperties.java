package org.qair.registry;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.qair.policy.QubeType;

/** The names of the properties that can be set to something, so not {@code netvm}, which takes none alone. */
public final class SettableProperties {
    private SettableProperties() {}

    /** Those of qubes of a class. */
    public static Set<String> of(QubeType klass) {
        return settable(PropertyTable.of(klass));
    }

    /** Those of the host itself. */
    public static Set<String> ofHost() {
        return settable(PropertyTable.GLOBAL);
    }

    /** Whether a property of that name refers to a qube, whoever has it. */
    public static boolean isReference(String name) {
        return PropertyTable.find(PropertyTable.GLOBAL, name)
                .or(() -> Stream.of(QubeType.values())
                        .flatMap(klass -> PropertyTable.find(PropertyTable.of(klass), name).stream())
                        .findFirst())
                .filter(definition -> definition.type() == PropertyType.VM)
                .isPresent();
    }

    private static Set<String> settable(List<PropertyDefinition> definitions) {
        return definitions.stream()
                .filter(definition -> !definition.readOnly())
                .map(PropertyDefinition::name)
                .filter(name -> !name.equals(PropertyTable.NETVM))
                .collect(Collectors.toUnmodifiableSet());
    }
}
