package org.qair.host.prompts;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A question that waits for its answer, and the calls that wait with it. Guarded by the lock of {@link Prompts}. */
final class Prompt {
    private final int id;
    private final Question question;
    private final Instant since;
    private final Deque<Ticket> waiting = new ArrayDeque<>();
    private Instant presented;
    private @Nullable Asking audience;
    private @Nullable Thread asker;

    Prompt(int id, Question question, Instant now) {
        this.id = id;
        this.question = question;
        this.since = now;
        this.presented = now;
    }

    /** One call's place. */
    static final class Ticket {
        private @Nullable Outcome outcome;

        Optional<Outcome> outcome() {
            return Optional.ofNullable(outcome);
        }

        void settle(Outcome settled) {
            outcome = settled;
        }
    }

    int id() {
        return id;
    }

    Question question() {
        return question;
    }

    Deque<Ticket> waiting() {
        return waiting;
    }

    /** When it was last put before people in a new form. */
    Instant presented() {
        return presented;
    }

    void presentedAt(Instant now) {
        presented = now;
    }

    /** Who is asked at the moment; nobody when nobody can be reached. */
    Optional<Asking> audience() {
        return Optional.ofNullable(audience);
    }

    void audience(@Nullable Asking way) {
        audience = way;
    }

    void askedBy(@Nullable Thread thread) {
        asker = thread;
    }

    /** Withdraws the question from whoever is being asked by a thread. */
    void stopAsking() {
        if (asker != null) {
            asker.interrupt();
        }
    }

    Shown shown() {
        return new Shown(id, question, waiting.size(), since);
    }
}
