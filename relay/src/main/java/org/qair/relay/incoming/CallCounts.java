package org.qair.relay.incoming;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.qair.policy.QubeName;

/** How many calls each relay has at the moment. Thread-safe. */
public final class CallCounts {
    private final Map<QubeName, AtomicInteger> calls = new ConcurrentHashMap<>();

    /** Counts a call in, unless the relay has {@code limit} already; each success must be followed by {@link #end}. */
    public boolean begin(QubeName relay, int limit) {
        AtomicInteger count = calls.computeIfAbsent(relay, name -> new AtomicInteger());
        if (count.incrementAndGet() <= limit) {
            return true;
        }
        count.decrementAndGet();
        return false;
    }

    public void end(QubeName relay) {
        AtomicInteger count = calls.get(relay);
        if (count != null) {
            count.decrementAndGet();
        }
    }
}
