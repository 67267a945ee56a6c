package org.qair.relay;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.qair.relay.peer.Peer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many calls at once the far end allows on a connection, as far as its refusals have shown. Not thread-safe: belongs to
 * {@link Places}.
 */
final class CallLimit {
    private static final Logger LOG = LoggerFactory.getLogger(CallLimit.class);
    private static final int UNKNOWN = Integer.MAX_VALUE;
    private static final Duration PROBING = Duration.ofSeconds(1);

    private final Peer peer;
    private final LongSupplier nanoTime;
    private int allowed = UNKNOWN;
    private int told;
    private long triedAt;

    /** @param nanoTime a clock like {@link System#nanoTime} */
    CallLimit(Peer peer, LongSupplier nanoTime) {
        this.peer = peer;
        this.nanoTime = nanoTime;
        this.triedAt = nanoTime.getAsLong();
    }

    /** The least of what the far end allows and what is wanted of it. */
    int value() {
        return Math.min(allowed, peer.limits().callsPerConnection());
    }

    /** What another far end, or the same in another mood, may allow is not known. */
    void forget() {
        allowed = UNKNOWN;
    }

    /**
     * One was refused. What was open at once is what the far end allows; the number of now is no measure, because it may not
     * have put away yet what has ended here.
     */
    void refused(int mostOpened) {
        triedAt = nanoTime.getAsLong();
        if (mostOpened > 0 && mostOpened < allowed) {
            allowed = mostOpened;
            if (mostOpened != told) {
                told = mostOpened;
                LOG.info("{} allows {} calls on a connection", peer, mostOpened);
            }
        }
    }

    /** So many are open at once. Says whether that is more than was known to be allowed: some were still being opened then. */
    boolean raisedTo(int mostOpened) {
        boolean more = allowed != UNKNOWN && mostOpened > allowed;
        allowed = more ? mostOpened : allowed;
        return more;
    }

    /** What was learnt may be too low, so one more may be tried now and then; a refusal costs a round trip. */
    boolean tryOneMore() {
        boolean due = nanoTime.getAsLong() - triedAt >= PROBING.toNanos();
        if (!due || allowed >= peer.limits().callsPerConnection()) {
            return false;
        }
        triedAt = nanoTime.getAsLong();
        allowed++;
        return true;
    }
}
