package org.qair.registry;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.qair.policy.QubeType;

/**
 * One property that qubes of some classes have.
 *
 * @param stage orders a listing before the name does: 2, or 4 for those that refer to other qubes
 * @param readOnly whether it is computed, or fixed when the qube is made
 * @param help one sentence for `property.Help`
 * @param fallback its value while nobody set one; empty when it then has none
 */
record PropertyDefinition(
        String name,
        PropertyType type,
        int stage,
        boolean readOnly,
        Set<QubeType> classes,
        String help,
        Fallback fallback) {
    /** The order of the field's listings. */
    static final Comparator<PropertyDefinition> ORDER =
            Comparator.comparingInt(PropertyDefinition::stage).thenComparing(PropertyDefinition::name);

    /** Computes a default from the qube and what is around it. */
    @FunctionalInterface
    interface Fallback {
        Optional<String> of(QubeRecord qube, Surroundings host);
    }
}
