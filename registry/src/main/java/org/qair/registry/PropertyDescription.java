package org.qair.registry;

import java.util.Optional;

/**
 * What a property is, whatever its value.
 *
 * @param fallback the value that it has when nobody set one, which may be nothing; absent when a qube can't be without one
 *     of its own
 */
public record PropertyDescription(
        String name, PropertyType type, boolean readOnly, Optional<String> fallback, String help) {}
