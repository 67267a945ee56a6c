package org.qair.host.prompts;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An answer that stands for calls to come with the same question. It is narrower than the rule: one source by one way and proof, one
 * service and argument, one target. It counts only while the rule still asks, and offers that target.
 *
 * @param id what it is revoked by
 * @param by who gave it
 * @param until when it ends by itself
 * @param callsLeft how many calls it is still good for
 * @param session whether it ends with whoever gave it
 */
public record Grant(
        int id,
        Question question,
        String target,
        String by,
        Optional<Instant> until,
        OptionalInt callsLeft,
        boolean session) {
    Grant withCallsLeft(int left) {
        return new Grant(id, question, target, by, until, OptionalInt.of(left), session);
    }

    boolean isOver(Instant now) {
        return until.filter(end -> !end.isAfter(now)).isPresent()
                || (callsLeft.isPresent() && callsLeft.getAsInt() <= 0);
    }
}
