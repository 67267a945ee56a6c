package org.qair.registry;

import java.util.Collection;

/** Gives qubes their numbers, 1 to 65,535: all go round before one comes again, so that no new qube is taken for an old one. */
final class QubeNumbers {
    /** A domain number on a vchan has 16 bits in the field. */
    static final int MAX = 65_535;

    private QubeNumbers() {}

    /** The first free number from {@code first} on. */
    static int next(Collection<QubeRecord> qubes, int first) throws RegistryException {
        boolean[] taken = new boolean[MAX + 1];
        qubes.forEach(qube -> taken[qube.qid()] = true);
        int qid = first;
        for (int tried = 0; tried < MAX; tried++) {
            if (!taken[qid]) {
                return qid;
            }
            qid = after(qid);
        }
        throw new RegistryException(RegistryError.QubesException, "all %d qube numbers are in use".formatted(MAX));
    }

    static int after(int qid) {
        return qid % MAX + 1;
    }
}
