package org.qair.relay.endpoint;

import java.time.Duration;
import org.qair.relay.incoming.RelayLimits;

/**
 * What an {@link SshEndpoint} lets strangers use, and all relays together; {@link RelayLimits} are those of one relay. An address is an
 * IPv4 address, or the 64 bits of an IPv6 address that are a network.
 *
 * @param connectionsPerSecond new connections in a second from all addresses, on average; twice as many after a pause
 * @param connectionsPerSecondPerAddress the same from one address
 * @param unauthenticated connections that have not shown a key yet, from all addresses
 * @param unauthenticatedPerAddress of these, from one address
 * @param authentication time to show a key
 * @param authenticationTries how many keys a connection may show in vain
 * @param keepAlive how often a peer is asked for a sign of life; it is given up after three times this without one
 * @param bufferBytes what may wait in memory for services to read it, over all channels; each gets a share as its window, and no relay
 *     gets more than two thirds
 */
public record EndpointLimits(
        int connectionsPerSecond,
        int connectionsPerSecondPerAddress,
        int unauthenticated,
        int unauthenticatedPerAddress,
        Duration authentication,
        int authenticationTries,
        Duration keepAlive,
        long bufferBytes) {
    public static final EndpointLimits DEFAULT =
            new EndpointLimits(200, 50, 64, 16, Duration.ofSeconds(10), 3, Duration.ofSeconds(15), 96L << 20);

    public EndpointLimits {
        if (connectionsPerSecond < 1
                || connectionsPerSecondPerAddress < 1
                || unauthenticated < 1
                || unauthenticatedPerAddress < 1
                || authenticationTries < 1
                || bufferBytes < 1
                || authentication.isNegative()
                || authentication.isZero()
                || keepAlive.isNegative()
                || keepAlive.isZero()) {
            throw new IllegalArgumentException("each limit of the endpoint must be above zero");
        }
    }
}
