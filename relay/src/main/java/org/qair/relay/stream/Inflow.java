package org.qair.relay.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What arrived on one stream of a channel and was not read yet: never more than the channel's window, because room is
 * given back to the sender only as bytes are read. Writing never blocks; reading does. After {@link #close} what still
 * arrives is dropped. One reader, one writer.
 */
public final class Inflow extends InputStream {
    private static final int SMALLEST = 512;
    /** An emptied buffer above this size is given up, so that idle calls cost little. */
    private static final int KEPT = 8192;

    /** Tells the sender that there is room for more. */
    @FunctionalInterface
    public interface Room {
        void release(int bytes) throws IOException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Room room;
    private byte[] ring = {};
    private int head;
    private int size;
    private boolean ended;
    private boolean closed;
    private @Nullable String failure;
    private @Nullable Long deadline;

    public Inflow(Room room) {
        this.room = room;
    }

    /** Adds bytes; the caller has made sure that they fit in the window. */
    public void receive(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return; // a peer may send empty data
        }
        lock.lock();
        try {
            if (!closed) {
                append(bytes, offset, length);
                changed.signalAll();
                return;
            }
        } finally {
            lock.unlock();
        }
        room.release(length);
    }

    /** The sender said that this was all. */
    public void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No more will come, though the sender did not say so: reading what is there, then the failure. */
    public void fail(String reason) {
        lock.lock();
        try {
            if (!ended && failure == null) {
                failure = reason;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** In this time what is read must have come, until {@link #waitForEver}; a read that waits longer throws {@link SocketTimeoutException}. */
    public void waitAtMost(Duration time) {
        lock.lock();
        try {
            deadline = System.nanoTime() + time.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** As at the beginning. */
    public void waitForEver() {
        lock.lock();
        try {
            deadline = null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int count;
        lock.lock();
        try {
            await();
            if (closed) {
                throw new IOException("the stream is closed");
            }
            if (size == 0) {
                return endOfStream();
            }
            count = take(target, offset, length);
        } finally {
            lock.unlock();
        }
        room.release(count);
        return count;
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        int dropped;
        lock.lock();
        try {
            dropped = size;
            closed = true;
            size = 0;
            ring = new byte[0];
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (dropped > 0) {
            room.release(dropped);
        }
    }

    private int endOfStream() throws IOException {
        if (failure != null) {
            throw new IOException(failure);
        }
        return -1;
    }

    private void await() throws IOException {
        try {
            while (size == 0 && !ended && !closed && failure == null) {
                if (deadline == null) {
                    changed.await();
                } else if (deadline - System.nanoTime() > 0) {
                    long ignored = changed.awaitNanos(deadline - System.nanoTime());
                } else {
                    throw new SocketTimeoutException("no more came in time");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for bytes");
        }
    }

    private void append(byte[] bytes, int offset, int length) {
        if (size + length > ring.length) {
            grow(size + length);
        }
        int tail = (head + size) % ring.length;
        int first = Math.min(length, ring.length - tail);
        System.arraycopy(bytes, offset, ring, tail, first);
        System.arraycopy(bytes, offset + first, ring, 0, length - first);
        size += length;
    }

    private void grow(int needed) {
        int capacity = Math.max(SMALLEST, Math.max(needed, ring.length * 2));
        byte[] larger = new byte[capacity];
        int first = Math.min(size, ring.length - head);
        System.arraycopy(ring, head, larger, 0, first);
        System.arraycopy(ring, 0, larger, first, size - first);
        ring = larger;
        head = 0;
    }

    private int take(byte[] target, int offset, int length) {
        int count = Math.min(length, size);
        int first = Math.min(count, ring.length - head);
        System.arraycopy(ring, head, target, offset, first);
        System.arraycopy(ring, 0, target, offset + first, count - first);
        size -= count;
        head = size == 0 ? 0 : (head + count) % ring.length;
        if (size == 0 && ring.length > KEPT) {
            ring = Arrays.copyOf(ring, 0);
        }
        return count;
    }
}
