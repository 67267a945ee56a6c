package org.qair.relay.endpoint;

/** Something that may happen so often in a second on average, and twice as often after a pause. Thread-safe. */
final class TokenBucket {
    private static final double SECOND = 1e9;

    private final int perSecond;
    private double tokens;
    private long at;

    /** @param now on the clock of {@link System#nanoTime}, as all times here */
    TokenBucket(int perSecond, long now) {
        this.perSecond = perSecond;
        this.tokens = 2.0 * perSecond;
        this.at = now;
    }

    int perSecond() {
        return perSecond;
    }

    /** Whether it may happen once more now. */
    synchronized boolean take(long now) {
        refill(now);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** Whether it has not happened for so long that this might as well be a new one. */
    synchronized boolean isFull(long now) {
        refill(now);
        return tokens >= 2.0 * perSecond;
    }

    private void refill(long now) {
        tokens = Math.min(2.0 * perSecond, tokens + perSecond * (Math.max(0, now - at) / SECOND));
        at = now;
    }
}
