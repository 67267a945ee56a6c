package org.qair.relay.endpoint;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.session.Session;

/** Connections from their arrival until they have shown a key: how many there are, and how fast new ones come. Thread-safe. */
final class Arrivals {
    /** Addresses that are remembered; beyond that those that came first are forgotten. */
    private static final int MAX_ADDRESSES = 4096;

    private final EndpointLimits limits;
    private final Map<Session, AddressGroup> waiting = new HashMap<>();
    private final Map<AddressGroup, Integer> waitingFrom = new HashMap<>();
    private final Map<AddressGroup, TokenBucket> rates = new LinkedHashMap<>();
    private final TokenBucket all;

    Arrivals(EndpointLimits limits) {
        this.limits = limits;
        this.all = new TokenBucket(limits.connectionsPerSecond(), System.nanoTime());
    }

    /** Takes a connection in, or says why not. */
    synchronized Optional<String> arrive(Session session) {
        AddressGroup from = AddressGroup.of(session.getRemoteAddress());
        int fromThere = waitingFrom.getOrDefault(from, 0);
        if (waiting.size() >= limits.unauthenticated() || fromThere >= limits.unauthenticatedPerAddress()) {
            return Optional.of(
                    "%d connections have shown no key yet, %d of them from there".formatted(waiting.size(), fromThere));
        }
        long now = System.nanoTime();
        // Asked in this order: one address that floods does not use up what all others have.
        if (!rate(from, now).take(now) || !all.take(now)) {
            return Optional.of("more than %d connections in a second from there, or %d from everywhere"
                    .formatted(limits.connectionsPerSecondPerAddress(), limits.connectionsPerSecond()));
        }
        waiting.put(session, from);
        waitingFrom.merge(from, 1, Integer::sum);
        return Optional.empty();
    }

    /** It has shown a key, or is gone. */
    synchronized void settled(Session session) {
        AddressGroup from = waiting.remove(session);
        if (from != null) {
            waitingFrom.computeIfPresent(from, (group, count) -> count == 1 ? null : count - 1);
        }
    }

    private TokenBucket rate(AddressGroup from, long now) {
        TokenBucket known = rates.get(from);
        if (known != null) {
            return known;
        }
        if (rates.size() >= MAX_ADDRESSES) {
            rates.values().removeIf(bucket -> bucket.isFull(now));
        }
        if (rates.size() >= MAX_ADDRESSES) {
            rates.remove(rates.keySet().iterator().next());
        }
        TokenBucket fresh = new TokenBucket(limits.connectionsPerSecondPerAddress(), now);
        rates.put(from, fresh);
        return fresh;
    }
}
