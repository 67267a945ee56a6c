package org.qair.registry;

import java.util.Locale;

/** The type of a property, as the Admin API names it in `type=`. */
public enum PropertyType {
    STR,
    INT,
    BOOL,
    VM,
    LABEL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
