package org.qair.channel;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Closes something after a time unless it is closed itself before: the way to give a blocking read, accept or connect a
 * limit. The blocked thread then gets an {@link IOException} and asks {@link #expired}.
 */
public final class Deadline implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread clock;
    private volatile boolean expired;

    /** Starts the time. */
    public Deadline(Duration limit, Closeable victim) {
        Runnable work = () -> run(limit, victim);
        clock = Thread.currentThread().isVirtual()
                ? Thread.ofVirtual().name("deadline").start(work)
                : Thread.ofPlatform().daemon().name("deadline").start(work);
    }

    /** Whether the time ran out before this was closed. */
    public boolean expired() {
        return expired;
    }

    /** Stops the time. */
    @Override
    public void close() {
        if (over.compareAndSet(false, true)) {
            clock.interrupt();
        }
    }

    private void run(Duration limit, Closeable victim) {
        try {
            Thread.sleep(limit);
        } catch (InterruptedException stopped) {
            return;
        }
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
