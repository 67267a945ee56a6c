package org.qair.relay;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Shares a number of bytes among channels as their windows: a few channels get the 2 MiB that a fast long link needs,
 * later ones ever less, so that what slow readers leave lying stays within the number, and 16 KiB a channel beyond it. A
 * part of a budget is one of its own, which cannot use up the rest. Thread-safe.
 */
final class WindowBudget {
    static final long LARGEST = 2L << 20;
    static final long SMALLEST = 16L << 10;
    private static final int SHARE = 32;

    private final long bytes;
    private final Optional<WindowBudget> whole;
    private final AtomicLong used = new AtomicLong();

    WindowBudget(long bytes) {
        this(bytes, Optional.empty());
    }

    private WindowBudget(long bytes, Optional<WindowBudget> whole) {
        this.bytes = bytes;
        this.whole = whole;
    }

    /** A part that takes from this, and never more than {@code most}. */
    WindowBudget part(long most) {
        return new WindowBudget(most, Optional.of(this));
    }

    /** The window of a new channel, to be given back with {@link #close} when the channel has closed. */
    long open() {
        long window = Math.clamp(left() / SHARE, SMALLEST, LARGEST);
        use(window);
        return window;
    }

    void close(long window) {
        use(-window);
    }

    long bytes() {
        return bytes;
    }

    long left() {
        long own = bytes - used.get();
        return Math.min(own, whole.map(WindowBudget::left).orElse(own));
    }

    /** What a part uses beyond its own number is not taken from the whole. */
    private void use(long window) {
        long before = used.getAndAdd(window);
        whole.ifPresent(budget -> budget.use(Math.min(before + window, bytes) - Math.min(before, bytes)));
    }
}
