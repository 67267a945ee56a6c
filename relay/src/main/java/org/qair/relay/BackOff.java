package org.qair.relay;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * When the next try to connect is due: after each failure in a row twice as much later, up to a limit, and with a random
 * part, so that many relays do not come back to a restarted host at the same moment. While calls wait the limit is 2 s,
 * else a minute. Not thread-safe.
 */
final class BackOff {
    static final Duration SHORTEST = Duration.ofMillis(100);
    static final Duration LONGEST_FOR_A_CALL = Duration.ofSeconds(2);
    static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 20;

    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private int failures;
    private long since;
    private Duration forCall = Duration.ZERO;
    private Duration idle = Duration.ZERO;

    /** @param nanoTime a clock like {@link System#nanoTime} */
    BackOff(LongSupplier nanoTime, RandomGenerator random) {
        this.nanoTime = nanoTime;
        this.random = random;
        this.since = nanoTime.getAsLong();
    }

    /** A try failed, or what it had opened did not last. */
    void failed() {
        failures++;
        since = nanoTime.getAsLong();
        Duration pause = SHORTEST.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        double share = 0.5 + random.nextDouble() / 2;
        forCall = jittered(pause, LONGEST_FOR_A_CALL, share);
        idle = jittered(pause, LONGEST, share);
    }

    /** What was opened has proved good. */
    void succeeded() {
        failures = 0;
        forCall = Duration.ZERO;
        idle = Duration.ZERO;
    }

    /** How long still to wait, in nanoseconds; zero or less when the next try is due. */
    long left(boolean callsWait) {
        long waited = nanoTime.getAsLong() - since;
        return (callsWait ? forCall : idle).toNanos() - waited;
    }

    private static Duration jittered(Duration pause, Duration longest, double share) {
        Duration capped = pause.compareTo(longest) < 0 ? pause : longest;
        return Duration.ofNanos((long) (capped.toNanos() * share));
    }
}
