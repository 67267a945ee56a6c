package org.qair.relay;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Shares a number of bytes among channels as their windows: a few channels get the 2 MiB that a fast long link needs,
 * later ones ever less, so that what slow readers leave lying stays within the number, and 16 KiB a channel beyond it.
 * Thread-safe.
 */
final class WindowBudget {
    static final long LARGEST = 2L << 20;
    static final long SMALLEST = 16L << 10;
    private static final int SHARE = 32;

    private final AtomicLong left;

    WindowBudget(long bytes) {
        left = new AtomicLong(bytes);
    }

    /** The window of a new channel, to be given back with {@link #close} when the channel has closed. */
    long open() {
        long window = Math.clamp(left.get() / SHARE, SMALLEST, LARGEST);
        left.addAndGet(-window);
        return window;
    }

    void close(long window) {
        left.addAndGet(window);
    }

    long left() {
        return left.get();
    }
}
