package org.qair.registry;

import java.util.BitSet;
import java.util.Map;
import org.qair.policy.QubeName;

/**
 * Gives qubes their numbers, 1 to 65,535: all go round before one comes again, so that no new qube is taken for an old one.
 * Belongs to one change.
 */
final class QubeNumbers {
    /** A domain number on a vchan has 16 bits in the field. */
    static final int MAX = 65_535;

    private final Map<QubeName, QubeRecord> qubes;
    private final BitSet taken = new BitSet();
    private int next;

    QubeNumbers(Map<QubeName, QubeRecord> qubes, int next) {
        this.qubes = qubes;
        this.next = next;
    }

    /** The next free number. */
    int take() throws RegistryException {
        if (taken.isEmpty()) {
            qubes.values().forEach(qube -> taken.set(qube.qid()));
        }
        for (int tried = 0; tried < MAX; tried++) {
            int qid = next;
            next = next % MAX + 1;
            if (!taken.get(qid)) {
                taken.set(qid);
                return qid;
            }
        }
        throw new RegistryException(RegistryError.QubesException, "all %d qube numbers are in use".formatted(MAX));
    }

    /** The number that comes first the next time. */
    int next() {
        return next;
    }
}
