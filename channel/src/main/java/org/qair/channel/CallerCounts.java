package org.qair.channel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many connections each user has at a door: one that opens them without end takes none from others. Thread-safe. */
final class CallerCounts {
    private final int most;
    private final Map<PeerIdentity, Integer> counts = new ConcurrentHashMap<>();

    /** @param most of one user at once */
    CallerCounts(int most) {
        this.most = most;
    }

    /** Counts one in, unless there are too many; each success must be followed by {@link #left}. */
    boolean enters(PeerIdentity caller) {
        boolean[] entered = new boolean[1];
        counts.compute(caller, (user, before) -> {
            int now = before == null ? 0 : before;
            entered[0] = now < most;
            return entered[0] ? Integer.valueOf(now + 1) : before;
        });
        return entered[0];
    }

    void left(PeerIdentity caller) {
        counts.computeIfPresent(caller, (user, before) -> before == 1 ? null : before - 1);
    }
}
