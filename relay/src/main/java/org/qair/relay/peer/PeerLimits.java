package org.qair.relay.peer;

import java.time.Duration;

/**
 * What a peer may cost, and how long is waited for it.
 *
 * @param connectTimeout for TCP, key exchange and authentication of all hops together
 * @param connections how many at once, for far ends that allow few calls on each
 * @param callsPerConnection how many calls at once on each; fewer when the far end allows fewer
 * @param queueTimeout how long a call waits for a free place
 * @param keepAlive after how long a silence the peer is asked for a sign of life, and how often
 * @param keepAliveCount how many such questions may stay without an answer before the connection is given up
 */
public record PeerLimits(
        Duration connectTimeout,
        int connections,
        int callsPerConnection,
        Duration queueTimeout,
        Duration keepAlive,
        int keepAliveCount) {
    public static final PeerLimits DEFAULT =
            new PeerLimits(Duration.ofSeconds(15), 8, 8192, Duration.ofSeconds(60), Duration.ofSeconds(15), 2);

    public PeerLimits {
        boolean counts = connections > 0 && callsPerConnection > 0 && keepAliveCount > 0;
        if (!counts || !isPositive(connectTimeout) || !isPositive(queueTimeout) || !isPositive(keepAlive)) {
            throw new IllegalArgumentException("each limit of a peer must be above zero");
        }
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }
}
