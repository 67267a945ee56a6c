package org.qair.registry.exchange;

import java.util.List;

/** The refusal of a file of qubes: every fault in it, a line each, with its {@code file:line}. */
public final class QubesFileException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MOST_SHOWN = 50;

    QubesFileException(List<String> faults) {
        super(text(faults));
    }

    static String text(List<String> faults) {
        String shown = String.join("\n", faults.subList(0, Math.min(MOST_SHOWN, faults.size())));
        return faults.size() > MOST_SHOWN ? shown + "\nand %d more".formatted(faults.size() - MOST_SHOWN) : shown;
    }
}
