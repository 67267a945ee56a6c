package org.qair.channel.unix;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Closes something after a time unless it is closed itself before: the way to give a blocking read, accept or connect a
 * limit. One thread keeps all of them. The blocked thread then gets an {@link IOException} and asks {@link #expired}.
 */
public final class Deadline implements AutoCloseable {
    private static final Alarms ALARMS = Alarms.start("deadlines");

    private final AtomicBoolean over = new AtomicBoolean();
    private final Alarms.Pending alarm;
    private volatile boolean expired;

    /** Starts the time. Closing {@code victim} must not block. */
    public Deadline(Duration limit, Closeable victim) {
        alarm = ALARMS.set(limit.toNanos(), () -> expire(victim));
    }

    /** What blocks on something that a deadline closes. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Runs {@code work}, which blocks on {@code victim}.
     *
     * @param late what is to be said when the time runs out, such as {@code the answer was not read}
     * @throws IOException with {@code late} and the limit when it did; {@code victim} is closed then
     */
    public static <T> T within(Duration limit, Closeable victim, String late, Work<T> work) throws IOException {
        try (Deadline deadline = new Deadline(limit, victim)) {
            try {
                return work.run();
            } catch (IOException failed) {
                throw deadline.expired()
                        ? new IOException("%s within %d ms".formatted(late, limit.toMillis()), failed)
                        : failed;
            }
        }
    }

    /** Whether the time ran out before this was closed. */
    public boolean expired() {
        return expired;
    }

    /** Stops the time. */
    @Override
    public void close() {
        over.set(true);
        alarm.takeBack();
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
