package org.qair.channel;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What was received for a stream and not read yet: a ring that grows from 8 to at most 128 KiB, then makes the receiver wait.
 * One receiver, one reader; the reader may be interrupted without harm to the channel, and closing the stream drops what comes.
 */
final class ReadAhead extends InputStream {
    private static final int SMALLEST = 8 * 1024;
    private static final int LARGEST = 128 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private ByteBuffer ring = ByteBuffer.allocate(SMALLEST);
    private int start;
    private int filled;
    private boolean ended;
    private boolean dropping;
    private @Nullable IOException failure;

    /** Receiver: room for at least one byte, to be filled from its position on; waits while there is none. */
    ByteBuffer room() throws InterruptedException {
        lock.lock();
        try {
            while (!dropping && filled == ring.capacity() && !grow()) {
                changed.await();
            }
            if (dropping) {
                filled = 0;
            }
            if (filled == 0) {
                start = 0;
            }
            int end = start + filled;
            int capacity = ring.capacity();
            return end < capacity
                    ? ring.limit(capacity).position(end)
                    : ring.limit(start).position(end - capacity);
        } finally {
            lock.unlock();
        }
    }

    /** Receiver: that many bytes were put into the room. */
    void received(int bytes) {
        lock.lock();
        try {
            if (!dropping) {
                filled += bytes;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Receiver: no more will come. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Anyone: the channel broke before the stream's end; what was received can still be read. */
    void fail(IOException cause) {
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that are held now. */
    int capacity() {
        lock.lock();
        try {
            return ring.capacity();
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
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            awaitBytes();
            if (dropping) {
                throw new IOException("the stream is closed");
            }
            if (filled == 0 && ended) {
                return -1;
            }
            if (filled == 0) {
                throw new IOException("the stream was cut off", failure);
            }
            return take(into, offset, length);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return filled;
        } finally {
            lock.unlock();
        }
    }

    /** What was received and what still comes is dropped. */
    @Override
    public void close() {
        lock.lock();
        try {
            dropping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private int take(byte[] into, int offset, int length) {
        int count = Math.min(Math.min(length, filled), ring.capacity() - start);
        System.arraycopy(ring.array(), start, into, offset, count); // the receiver moves the ring's limit meanwhile
        boolean wasFull = filled == ring.capacity();
        start = (start + count) % ring.capacity();
        filled -= count;
        if (wasFull) {
            changed.signalAll();
        }
        return count;
    }

    private void awaitBytes() throws InterruptedIOException {
        try {
            while (filled == 0 && !dropping && !ended && failure == null) {
                changed.await();
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading");
        }
    }

    private boolean grow() {
        if (ring.capacity() >= LARGEST) {
            return false;
        }
        ByteBuffer larger = ByteBuffer.allocate(ring.capacity() * 4);
        int first = Math.min(filled, ring.capacity() - start);
        System.arraycopy(ring.array(), start, larger.array(), 0, first);
        System.arraycopy(ring.array(), 0, larger.array(), first, filled - first);
        ring = larger;
        start = 0;
        return true;
    }
}
