package org.qair.proof;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The nonces that were seen and may come again, for each issuer apart so that none can crowd out another. One issuer has at most
 * {@link #MAX_PER_ISSUER} fresh ones; beyond that its next is refused, not forgotten. Safe for use by many threads.
 */
final class ReplayGuard {
    /** At a window of two minutes this is 2,000 calls a second of one host. */
    static final int MAX_PER_ISSUER = 262_144;

    private final int limit;
    private final Map<HostKey, Seen> issuers = new HashMap<>();

    ReplayGuard() {
        this(MAX_PER_ISSUER);
    }

    ReplayGuard(int limit) {
        this.limit = limit;
    }

    enum Answer {
        NEW,
        SEEN,
        FULL
    }

    private record Entry(Instant until, Nonce nonce) {}

    private static final class Seen {
        private final Map<Nonce, Instant> nonces = new HashMap<>();
        private final PriorityQueue<Entry> order =
                new PriorityQueue<>((one, other) -> one.until().compareTo(other.until()));
    }

    /**
     * Notes a nonce whose statement's signature has been found true.
     *
     * @param until the moment after which its statement is stale by itself
     */
    synchronized Answer note(HostKey issuer, Nonce nonce, Instant now, Instant until) {
        Seen seen = issuers.computeIfAbsent(issuer, key -> new Seen());
        forget(seen, now);
        if (seen.nonces.containsKey(nonce)) {
            return Answer.SEEN;
        }
        if (seen.nonces.size() >= limit) {
            return Answer.FULL;
        }
        seen.nonces.put(nonce, until);
        seen.order.add(new Entry(until, nonce));
        return Answer.NEW;
    }

    private static void forget(Seen seen, Instant now) {
        for (Entry first = seen.order.peek(); first != null && first.until().isBefore(now); first = seen.order.peek()) {
            seen.order.remove();
            seen.nonces.remove(first.nonce());
        }
    }
}
