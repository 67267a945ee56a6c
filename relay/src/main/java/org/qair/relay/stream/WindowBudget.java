package org.qair.relay.stream;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Shares a number of bytes among channels as their windows: a few channels get the 2 MiB that a fast long link needs,
 * later ones ever less, so that what slow readers leave lying stays within the number, and 16 KiB a channel beyond it. A
 * part of a budget is one of its own, which cannot use up the rest. Thread-safe.
 */
public final class WindowBudget {
    static final long LARGEST = 2L << 20;
    static final long SMALLEST = 16L << 10;
    private static final int SHARE = 32;

    private final long bytes;
    private final Optional<WindowBudget> whole;
    private final AtomicLong used = new AtomicLong();

    public WindowBudget(long bytes) {
        this(bytes, Optional.empty());
    }

    private WindowBudget(long bytes, Optional<WindowBudget> whole) {
        this.bytes = bytes;
        this.whole = whole;
    }

    /** A part that takes from this, and never more than {@code most}. */
    public WindowBudget part(long most) {
        return new WindowBudget(most, Optional.of(this));
    }

    /** The window of a new channel, to be given back with {@link #close} when the channel has closed. */
    public long open() {
        long window = Math.clamp(left() / SHARE, SMALLEST, LARGEST);
        use(window);
        return window;
    }

    /** Gives a window of {@link #open} back, once. */
    public void close(long window) {
        use(-window);
    }

    /** How many there are in all. */
    public long bytes() {
        return bytes;
    }

    /** How many bytes are not given out; below zero when there are more channels than the number is for. */
    public long left() {
        long own = bytes - used.get();
        return Math.min(own, whole.map(WindowBudget::left).orElse(own));
    }

    /** What a part uses beyond its own number is not taken from the whole. */
    private void use(long window) {
        long before = used.getAndAdd(window);
        whole.ifPresent(budget -> budget.use(Math.min(before + window, bytes) - Math.min(before, bytes)));
    }
}
