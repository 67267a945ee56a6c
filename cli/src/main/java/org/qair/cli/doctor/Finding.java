package org.qair.cli.doctor;

import java.util.List;
import java.util.Locale;

/**
 * What was found of one layer.
 *
 * @param said in a line, with what others said escaped
 * @param remedies what mends it, in the order to try it; none where nothing is broken
 */
public record Finding(Layer layer, State state, String said, List<Remedy> remedies) {
    /** In a word. */
    public enum State {
        OK,
        BROKEN,
        /** It cannot be seen from here. */
        UNKNOWN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Finding {
        remedies = List.copyOf(remedies);
    }
}
