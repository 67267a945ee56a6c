package org.qair.channel.unix;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Closes something after a time unless it is closed itself before: the way to give a blocking read, accept or connect a
 * limit. One thread keeps all of them. The blocked thread then gets an {@link IOException} and asks {@link #expired}.
 */
public final class Deadline implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private final AtomicBoolean over = new AtomicBoolean();
    private final Future<?> alarm;
    private volatile boolean expired;

    /** Starts the time. Closing {@code victim} must not block. */
    public Deadline(Duration limit, Closeable victim) {
        alarm = CLOCK.schedule(() -> expire(victim), limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "deadlines");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    /** Whether the time ran out before this was closed. */
    public boolean expired() {
        return expired;
    }

    /** Stops the time. */
    @Override
    public void close() {
        over.set(true);
        alarm.cancel(false);
    }

    private void expire(Closeable victim) {
        if (over.compareAndSet(false, true)) {
            expired = true;
            try {
                victim.close();
            } catch (IOException alreadyBroken) {
                // it is unusable either way
            }
        }
    }
}
