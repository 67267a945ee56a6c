package org.qair.relay;

import java.time.Duration;

/**
 * What an {@link SshEndpoint} lets its peers use.
 *
 * @param unauthenticated connections that have not shown a key yet, from all addresses
 * @param unauthenticatedPerAddress of these, from one address
 * @param authentication time to show a key
 * @param connectionsPerRelay authenticated connections of one relay
 * @param callsPerRelay channels of one relay, over all its connections
 * @param keepAlive how often a peer is asked for a sign of life; it is given up after three times this without one
 * @param bufferBytes what may wait in memory for services to read it, over all channels; each gets a share as its window
 */
public record EndpointLimits(
        int unauthenticated,
        int unauthenticatedPerAddress,
        Duration authentication,
        int connectionsPerRelay,
        int callsPerRelay,
        Duration keepAlive,
        long bufferBytes) {
    public static final EndpointLimits DEFAULT =
            new EndpointLimits(64, 16, Duration.ofSeconds(10), 32, 8192, Duration.ofSeconds(15), 96L << 20);

    public EndpointLimits {
        if (unauthenticated < 1
                || unauthenticatedPerAddress < 1
                || connectionsPerRelay < 1
                || callsPerRelay < 1
                || bufferBytes < 1
                || authentication.isNegative()
                || authentication.isZero()
                || keepAlive.isNegative()
                || keepAlive.isZero()) {
            throw new IllegalArgumentException("each limit of the endpoint must be above zero");
        }
    }
}
