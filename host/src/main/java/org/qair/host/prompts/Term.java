package org.qair.host.prompts;

import java.time.Duration;

/** How long an answer of "allow" stands. */
public sealed interface Term {
    /** The longest time of a grant. */
    Duration LONGEST = Duration.ofDays(1);

    /** The most calls of a grant. */
    int MOST_CALLS = 10_000;

    /** For the call that was asked about. */
    record Once() implements Term {}

    /** For that time from now on, at most {@link #LONGEST}. */
    record For(Duration time) implements Term {
        public For {
            if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("a grant is for 1 second to %d hours".formatted(LONGEST.toHours()));
            }
        }
    }

    /** Until whoever answered goes away, or the host ends. */
    record Session() implements Term {}

    /** For so many calls, this one included. */
    record Calls(int calls) implements Term {
        public Calls {
            if (calls < 1 || calls > MOST_CALLS) {
                throw new IllegalArgumentException("a grant is for 1 to %d calls".formatted(MOST_CALLS));
            }
        }
    }
}
