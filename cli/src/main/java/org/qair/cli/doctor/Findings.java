package org.qair.cli.doctor;

import java.util.List;
import java.util.function.Consumer;
import org.qair.policy.Printable;

/** Takes what is found, and tells it at once. */
final class Findings {
    private final Consumer<Finding> told;

    Findings(Consumer<Finding> told) {
        this.told = told;
    }

    void fine(Layer layer, String said) {
        tell(layer, Finding.State.OK, said, List.of());
    }

    void unknown(Layer layer, String said) {
        tell(layer, Finding.State.UNKNOWN, said, List.of());
    }

    /** Gives what is to be thrown, because here it ends. */
    BrokenLayerException broken(Layer layer, String said, Remedy... remedies) {
        tell(layer, Finding.State.BROKEN, said, List.of(remedies));
        return new BrokenLayerException(said);
    }

    private void tell(Layer layer, Finding.State state, String said, List<Remedy> remedies) {
        told.accept(new Finding(layer, state, Printable.line(said), remedies));
    }
}
