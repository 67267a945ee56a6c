package org.qair.registry;

import java.util.List;

/**
 * A colour that qubes carry.
 *
 * @param index its number, which never changes
 * @param color `0x` and six hexadecimal digits
 */
public record Label(int index, String color, String name) {
    /** The labels that every registry begins with; they can't be removed. */
    static final List<Label> BUILT_IN = List.of(
            new Label(1, "0xcc0000", "red"),
            new Label(2, "0xf57900", "orange"),
            new Label(3, "0xedd400", "yellow"),
            new Label(4, "0x73d216", "green"),
            new Label(5, "0x555753", "gray"),
            new Label(6, "0x3465a4", "blue"),
            new Label(7, "0x75507b", "purple"),
            new Label(8, "0x000000", "black"));

    /** The labels that every registry has. */
    public static List<Label> builtIn() {
        return BUILT_IN;
    }

    boolean isBuiltIn() {
        return index <= BUILT_IN.size();
    }
}
