package org.qair.relay.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies one direction of a call to its end in a virtual thread of its own and then closes the target, which is the
 * half-close. The buffer is small until the data come fast, so that an idle call costs little. Started once; the rest is
 * safe for use by many threads.
 */
public final class Pump implements Runnable {
    /** The most that is copied at once, in bytes. */
    public static final int CHUNK = 64 * 1024;

    private static final int SMALLEST = 1024;

    private final InputStream from;
    private final OutputStream to;
    private final Runnable ended;
    private final Thread thread;
    private BooleanSupplier leftOpen = () -> false;
    private final AtomicLong moved = new AtomicLong();
    private volatile boolean writing;
    private volatile boolean done;
    private volatile @Nullable IOException readFailure;
    private volatile @Nullable IOException writeFailure;

    /**
     * Copies from {@link #start} on.
     *
     * @param ended called at the end, however it came
     */
    public Pump(String name, InputStream from, OutputStream to, Runnable ended) {
        this.from = from;
        this.to = to;
        this.ended = ended;
        this.thread = Thread.ofVirtual().name(name).unstarted(this);
    }

    public Pump start() {
        return start(() -> false);
    }

    /**
     * Starts it.
     *
     * @param leftOpen asked at the end, whether somebody else ends the target
     */
    public Pump start(BooleanSupplier leftOpen) {
        this.leftOpen = leftOpen;
        thread.start();
        return this;
    }

    @Override
    public void run() {
        try {
            copy();
        } finally {
            done = true;
            ended.run();
        }
    }

    private void copy() {
        byte[] buffer = new byte[SMALLEST];
        int count;
        while ((count = read(buffer)) >= 0) {
            if (!write(buffer, count)) {
                return;
            }
            if (count == buffer.length && count < CHUNK) {
                buffer = new byte[Math.min(CHUNK, count * 4)];
            }
        }
        if (readFailure == null && !leftOpen.getAsBoolean()) {
            finish();
        }
    }

    private int read(byte[] buffer) {
        try {
            return from.read(buffer);
        } catch (IOException e) {
            readFailure = e;
            return -1;
        }
    }

    private boolean write(byte[] buffer, int count) {
        writing = true;
        try {
            to.write(buffer, 0, count);
            to.flush();
            moved.addAndGet(count);
            return true;
        } catch (IOException e) {
            writeFailure = e;
            return false;
        } finally {
            writing = false;
        }
    }

    private void finish() {
        try {
            to.close();
        } catch (IOException e) {
            writeFailure = e;
        }
    }

    /** Ends the copy as soon as may be, when it waits for something. */
    public void stop() {
        thread.interrupt();
    }

    public void join(Duration atMost) throws InterruptedException {
        thread.join(atMost);
    }

    public boolean isDone() {
        return done;
    }

    /** Whether it waits for the target to take bytes. */
    public boolean isWriting() {
        return writing;
    }

    /** How many bytes the target has taken. */
    public long moved() {
        return moved.get();
    }

    @Nullable
    public IOException readFailure() {
        return readFailure;
    }

    @Nullable
    public IOException writeFailure() {
        return writeFailure;
    }
}
