package org.qair.relay;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shares a number of bytes among channels as their windows: a few channels get the whole 2 MiB that a fast long link
 * needs, thousands get little each, so that what slow readers leave lying stays within the number. Thread-safe.
 */
final class WindowBudget {
    static final long LARGEST = 2L << 20;
    static final long SMALLEST = 16L << 10;

    private final long bytes;
    private final AtomicInteger channels = new AtomicInteger();

    WindowBudget(long bytes) {
        this.bytes = bytes;
    }

    /** Counts a channel in and says what its window is. */
    long open() {
        return Math.clamp(bytes / channels.incrementAndGet() / 2, SMALLEST, LARGEST);
    }

    void close() {
        channels.decrementAndGet();
    }

    int channels() {
        return channels.get();
    }
}
