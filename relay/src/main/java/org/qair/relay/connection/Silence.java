package org.qair.relay.connection;

import java.time.Duration;

/**
 * What to do about the silence of a peer: wait, ask, or give it up when it was asked {@code count} times and has said nothing since. All
 * times are on one clock of nanoseconds. Not thread-safe.
 */
final class Silence {
    private final long interval;
    private final int count;
    private long asked;
    private int unanswered;

    /** The next step. */
    sealed interface Step {
        /** Look again when the time is over. */
        record Wait(Duration time) implements Step {}

        /** Ask, then look again after an interval. */
        record Ask() implements Step {}

        /** Nothing came for so long, though it was asked. */
        record GiveUp(Duration silence) implements Step {}
    }

    Silence(Duration interval, int count) {
        this.interval = interval.toNanos();
        this.count = count;
    }

    /** @param heard when the peer last gave a sign of life; any since it was asked is an answer, however late we look */
    Step at(long now, long heard) {
        if (heard - asked >= 0) {
            unanswered = 0;
        }
        long silence = now - heard;
        if (silence < interval) {
            return new Step.Wait(Duration.ofNanos(interval - silence));
        }
        if (unanswered >= count) {
            return new Step.GiveUp(Duration.ofNanos(silence));
        }
        unanswered++;
        asked = now;
        return new Step.Ask();
    }
}
