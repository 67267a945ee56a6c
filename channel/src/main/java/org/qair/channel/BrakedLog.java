package org.qair.channel;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Lines for a log that callers can cause as often as they like: so many in a second are passed on, and then the number of those that were
 * not. Thread-safe.
 */
final class BrakedLog implements Consumer<String> {
    private static final int A_SECOND = 20;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Consumer<String> log;
    private final LongSupplier nanos;
    private long second;
    private int said;
    private long swallowed;

    BrakedLog(Consumer<String> log) {
        this(log, System::nanoTime);
    }

    BrakedLog(Consumer<String> log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
        this.second = nanos.getAsLong();
    }

    @Override
    public void accept(String line) {
        long left;
        synchronized (this) {
            long now = nanos.getAsLong();
            if (now - second >= SECOND) {
                second = now;
                said = 0;
            }
            if (said == A_SECOND) {
                swallowed++;
                return;
            }
            said++;
            left = swallowed;
            swallowed = 0;
        }
        log.accept(left == 0 ? line : "%s (and %d lines before it that are left out)".formatted(line, left));
    }
}
