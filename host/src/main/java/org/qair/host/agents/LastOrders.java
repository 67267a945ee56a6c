package org.qair.host.agents;

import java.io.IOException;
import java.time.Duration;

/** A wait that is cut short once it looks hopeless. Safe for use by many threads. */
final class LastOrders {
    /** How long a caller is still waited for that its agent says has gone, and one that is to be told of a failure. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private final Duration grace;
    private volatile long end;
    private volatile boolean called;

    /** @param grace how long the wait may last from then on */
    LastOrders(Duration grace) {
        this.grace = grace;
    }

    /** It looks hopeless now. */
    void call() {
        end = System.nanoTime() + grace.toNanos();
        called = true;
    }

    /** @throws IOException when it is over */
    void check() throws IOException {
        if (called && System.nanoTime() - end > 0) {
            throw new IOException("the caller went away");
        }
    }
}
