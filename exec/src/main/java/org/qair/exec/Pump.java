package org.qair.exec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A thread that copies one direction of a call until it ends, then passes the end on. It holds 64 KiB and no more: a reader
 * that is slow makes its writer wait. The buffer is small until the data come fast, so that an idle call costs little.
 */
final class Pump {
    private static final int CHUNK = 64 * 1024;
    private static final int SMALLEST = 1024;

    private final InputStream from;
    private final OutputStream to;
    private final Thread thread;
    private volatile boolean reading;
    private volatile boolean atEnd;
    private final AtomicLong chunks = new AtomicLong();

    private Pump(Thread.Builder builder, InputStream from, OutputStream to) {
        this.from = from;
        this.to = to;
        this.thread = builder.unstarted(this::copy);
        thread.start();
    }

    /**
     * One with a process's pipe at either end. It has a platform thread: an operation on a pipe blocks its carrier, and
     * enough of them would leave no carrier for anybody else's virtual thread.
     */
    static Pump ofProcess(String name, InputStream from, OutputStream to) {
        return new Pump(Thread.ofPlatform().daemon().name(name), from, to);
    }

    /** One between two ends that virtual threads can wait for. */
    static Pump between(String name, InputStream from, OutputStream to) {
        return new Pump(Thread.ofVirtual().name(name), from, to);
    }

    private void copy() {
        byte[] buffer = new byte[SMALLEST];
        try (to) {
            for (int n = next(buffer); n >= 0; n = next(buffer)) {
                to.write(buffer, 0, n);
                to.flush();
                chunks.incrementAndGet();
                if (n == buffer.length && n < CHUNK) {
                    buffer = new byte[Math.min(CHUNK, n * 4)];
                }
            }
            atEnd = true;
        } catch (IOException gone) {
            closeQuietly(); // the other side no longer reads, or the source broke: the end of this direction either way
        }
    }

    private int next(byte[] buffer) throws IOException {
        reading = true;
        try {
            return from.read(buffer);
        } finally {
            reading = false;
        }
    }

    private void closeQuietly() {
        try {
            from.close();
        } catch (IOException alreadyGone) {
            return;
        }
    }

    /** Whether all was passed on that came, to its end; false while it runs and when either side broke. */
    boolean isAtEnd() {
        return atEnd;
    }

    /** Waits until it has ended. */
    void join() throws InterruptedException {
        thread.join();
    }

    /** Whether it ended within {@code limit}. */
    boolean endedWithin(Duration limit) throws InterruptedException {
        return thread.join(limit);
    }

    /**
     * Waits until all that can still come has been passed on: to its end, or until its source has been silent for {@code
     * silence}. A destination that is slow is waited for.
     *
     * @return false when the source stays open and silent
     */
    boolean drained(Duration silence) throws InterruptedException {
        long seen = chunks.get();
        while (!thread.join(silence)) {
            if (reading && chunks.get() == seen) {
                return false;
            }
            seen = chunks.get();
        }
        return true;
    }
}
