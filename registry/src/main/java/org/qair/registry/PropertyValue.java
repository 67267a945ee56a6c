package org.qair.registry;

/**
 * What a property of a qube is now.
 *
 * @param isDefault whether nobody set it
 * @param value in the field's spelling (`True`, a qube's name, …); empty when there is none
 */
public record PropertyValue(PropertyType type, boolean isDefault, String value) {}
