package org.qair.relay.incoming;

import java.util.Optional;

/**
 * What one relay may use of an endpoint; no relay can use what others may have.
 *
 * @param connections at once
 * @param calls at once, over all its connections; a channel that waits for its call counts as one
 * @param callsPerSecond how many it may begin in a second, on average; twice as many after a pause
 */
public record RelayLimits(int connections, int calls, Optional<Integer> callsPerSecond) {
    public static final RelayLimits DEFAULT = new RelayLimits(32, 8192, Optional.empty());

    public RelayLimits {
        if (connections < 1 || calls < 1 || callsPerSecond.orElse(1) < 1) {
            throw new IllegalArgumentException("each limit of a relay must be above zero");
        }
    }
}
