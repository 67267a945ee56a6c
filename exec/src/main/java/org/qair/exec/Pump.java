package org.qair.exec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.qair.channel.PassingInput;

/**
 * A thread that copies one direction of a call until it ends, then passes the end on. It holds 256 KiB at most: a reader that is
 * slow makes its writer wait. The buffer is small until the data come fast, so that an idle call costs little. Streams that are
 * channels, too, are copied outside the heap.
 */
final class Pump {
    private static final int SMALLEST = 1024;
    private static final int LARGEST = 256 * 1024;

    private final ReadableByteChannel from;
    private final WritableByteChannel to;
    private final Flow flow;
    private final Thread thread;
    private volatile boolean reading;
    private volatile boolean atEnd;
    private final AtomicLong chunks = new AtomicLong();

    private Pump(Thread.Builder builder, ReadableByteChannel from, WritableByteChannel to, Flow flow) {
        this.from = from;
        this.to = to;
        this.flow = flow;
        this.thread = builder.unstarted(this::copy);
        thread.start();
    }

    /**
     * One to a process's pipe. It has a platform thread: an operation on a pipe blocks its carrier, and enough of them would leave
     * no carrier for anybody else's virtual thread.
     */
    static Pump toProcess(String name, InputStream from, ChildPipe to) {
        return new Pump(platform(name), StreamSource.of(from), to, new Flow(() -> {}));
    }

    /** One from a process's pipe; it has a platform thread, too. */
    static Pump fromProcess(String name, ChildPipe from, OutputStream to) {
        return new Pump(platform(name), from, StreamSink.of(to), new Flow(() -> from.resize(LARGEST)));
    }

    /** One between two ends that virtual threads can wait for. */
    static Pump between(String name, ReadableByteChannel from, WritableByteChannel to) {
        return new Pump(Thread.ofVirtual().name(name), from, to, new Flow(() -> {}));
    }

    private static Thread.Builder platform(String name) {
        return Thread.ofPlatform().daemon().name(name);
    }

    private void copy() {
        try (to) {
            if (from instanceof StreamSource(PassingInput received) && !(to instanceof StreamSink)) {
                received.passTo(to);
            } else {
                copyAll();
            }
            atEnd = true;
        } catch (IOException gone) {
            closeQuietly(); // the other side no longer reads, or the source broke: the end of this direction either way
        }
    }

    private void copyAll() throws IOException {
        boolean onHeap = from instanceof StreamSource || to instanceof StreamSink;
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer buffer = allocate(onHeap, arena, SMALLEST);
            while (next(buffer) >= 0) {
                boolean full = !buffer.hasRemaining();
                pass(buffer.flip());
                chunks.incrementAndGet();
                if (full && buffer.capacity() < LARGEST) {
                    buffer = allocate(onHeap, arena, buffer.capacity() * 4);
                } else if (!full) {
                    flow.gather();
                }
                buffer.clear();
            }
        }
    }

    private static ByteBuffer allocate(boolean onHeap, Arena arena, int size) {
        return onHeap ? ByteBuffer.allocate(size) : arena.allocate(size).asByteBuffer();
    }

    private int next(ByteBuffer buffer) throws IOException {
        reading = true;
        long start = System.nanoTime();
        try {
            return from.read(buffer);
        } finally {
            flow.waited(System.nanoTime() - start);
            reading = false;
        }
    }

    private void pass(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
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
