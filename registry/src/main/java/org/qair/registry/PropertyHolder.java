package org.qair.registry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.qair.policy.Printable;

/** The properties of one qube, or of the host itself, in a snapshot; immutable. */
public final class PropertyHolder {
    /** What is each qube's own and has no default. */
    private static final Set<String> WITHOUT_DEFAULT = Set.of("name", "uuid", "qid", "label");

    private final QubeRecord qube;
    private final List<PropertyDefinition> definitions;
    private final Map<String, String> set;
    private final Surroundings host;
    private final String shown;

    private PropertyHolder(
            QubeRecord qube,
            List<PropertyDefinition> definitions,
            Map<String, String> set,
            Surroundings host,
            String shown) {
        this.qube = qube;
        this.definitions = definitions;
        this.set = set;
        this.host = host;
        this.shown = shown;
    }

    static PropertyHolder of(QubeRecord qube, Surroundings host) {
        String shown = "`%s`, which is of class %s".formatted(qube.name(), qube.klass());
        return new PropertyHolder(qube, PropertyTable.of(qube.klass()), qube.properties(), host, shown);
    }

    static PropertyHolder ofHost(QubeRecord dom0, Surroundings host) {
        return new PropertyHolder(dom0, PropertyTable.GLOBAL, host.global(), host, "the host");
    }

    /** The names, in the order of the field's listings. */
    public List<String> names() {
        return definitions.stream().map(PropertyDefinition::name).toList();
    }

    /**
     * The value of a property, or its default.
     *
     * @throws RegistryException {@code QubesNoSuchPropertyError}
     */
    public PropertyValue value(String name) throws RegistryException {
        return value(definition(name));
    }

    private PropertyValue value(PropertyDefinition definition) {
        String own = set.get(definition.name());
        if (own != null) {
            return new PropertyValue(definition.type(), false, own);
        }
        boolean isDefault = !WITHOUT_DEFAULT.contains(definition.name());
        String fallback = definition.fallback().of(qube, host).orElse("");
        return new PropertyValue(definition.type(), isDefault, fallback);
    }

    /** Those that were set, in the same order. */
    public SequencedMap<String, PropertyValue> own() {
        SequencedMap<String, PropertyValue> own = new LinkedHashMap<>();
        for (PropertyDefinition definition : definitions) {
            String value = set.get(definition.name());
            if (value != null) {
                own.put(definition.name(), new PropertyValue(definition.type(), false, value));
            }
        }
        return own;
    }

    /**
     * What a property is.
     *
     * @throws RegistryException {@code QubesNoSuchPropertyError}
     */
    public PropertyDescription description(String name) throws RegistryException {
        PropertyDefinition definition = definition(name);
        Optional<String> fallback = WITHOUT_DEFAULT.contains(name)
                ? Optional.empty()
                : Optional.of(definition.fallback().of(qube, host).orElse(""));
        return new PropertyDescription(name, definition.type(), definition.readOnly(), fallback, definition.help());
    }

    PropertyDefinition definition(String name) throws RegistryException {
        return PropertyTable.find(definitions, name)
                .orElseThrow(() -> new RegistryException(
                        RegistryError.QubesNoSuchPropertyError,
                        "no such property of %s: `%s`".formatted(shown, Printable.of(name))));
    }
}
