package org.qair.host;

import java.util.Optional;
import org.qair.proof.SignedStatement;

/**
 * What stands behind the source of a call that came in.
 *
 * @param word for the audit, prompts and services: {@code verified}, {@code relay}; empty for a source that calls itself
 * @param statement the one that was found true
 */
record Standing(Optional<String> word, Optional<SignedStatement> statement) {
    /** A source that no relay speaks for. */
    static final Standing OWN = new Standing(Optional.empty(), Optional.empty());

    /** A source on the word of its relay alone. */
    static final Standing ON_RELAYS_WORD = new Standing(Optional.of("relay"), Optional.empty());

    static Standing verified(SignedStatement statement) {
        return new Standing(Optional.of("verified"), Optional.of(statement));
    }
}
