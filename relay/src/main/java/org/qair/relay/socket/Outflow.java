package org.qair.relay.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoWriteFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is sent on a connection, in order: at once as far as the other side takes it, and later what is left. Waits for nothing. Safe for
 * use by many threads.
 */
final class Outflow {
    /** So many pieces at most are given to the system at once. */
    private static final int TOGETHER = 16;

    private final GatheringByteChannel to;
    private final Watch watch;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Piece> waiting = new ArrayDeque<>();
    private boolean watched;
    private @Nullable Thread holder;
    private @Nullable IOException end;

    /** Learns whether somebody is to go on as soon as more is taken. Must not block. */
    @FunctionalInterface
    interface Watch {
        void changed(boolean wanted);
    }

    /** @param to takes what it can at once, and no more */
    Outflow(GatheringByteChannel to, Watch watch) {
        this.to = to;
        this.watch = watch;
    }

    /** Sends it, now or by {@link #goOn}; the bytes belong to this until the future is done. */
    IoWriteFuture send(ByteBuffer bytes) {
        Piece piece = new Piece(bytes);
        List<Piece> over = List.of();
        lock.lock();
        try {
            waiting.add(piece);
            if (!Thread.currentThread().equals(holder)) {
                over = advance();
            }
        } finally {
            lock.unlock();
        }
        over.forEach(Piece::settle);
        return piece;
    }

    /**
     * Runs something that sends, and sends all of it together at its end. What another thread sends meanwhile does not wait for that, and
     * takes along what is before it.
     */
    <X extends Exception> void together(Together.Sending<X> sending) throws X {
        boolean mine = hold();
        try {
            sending.run();
        } finally {
            if (mine) {
                release();
            }
        }
    }

    private boolean hold() {
        lock.lock();
        try {
            boolean free = holder == null;
            holder = free ? Thread.currentThread() : holder;
            return free;
        } finally {
            lock.unlock();
        }
    }

    private void release() {
        List<Piece> over;
        lock.lock();
        try {
            holder = null;
            over = advance();
        } finally {
            lock.unlock();
        }
        over.forEach(Piece::settle);
    }

    /**
     * More may be taken now.
     *
     * @throws IOException when nothing is any more: all that waited has failed
     */
    void goOn() throws IOException {
        IOException failure;
        List<Piece> over;
        lock.lock();
        try {
            watched = false;
            over = advance();
            failure = end;
            if (!watched) {
                watch.changed(false);
            }
        } finally {
            lock.unlock();
        }
        over.forEach(Piece::settle);
        if (failure != null) {
            throw failure;
        }
    }

    /** What waits fails, as does what comes. */
    void close() {
        List<Piece> over;
        lock.lock();
        try {
            end = end == null ? new ClosedChannelException() : end;
            over = fill();
        } finally {
            lock.unlock();
        }
        over.forEach(Piece::settle);
    }

    /** What was not sent yet. */
    List<IoWriteFuture> waiting() {
        lock.lock();
        try {
            return List.copyOf(waiting);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends what waits, unless somebody else is to go on with it. Who goes on is also who finds that nothing is taken any more, and ends the
     * connection: not the one who sends, who may hold the library's locks.
     */
    private List<Piece> advance() {
        if (watched && end == null) {
            return List.of();
        }
        List<Piece> over = fill();
        if (!watched && (end != null || !waiting.isEmpty())) {
            watched = true;
            watch.changed(true);
        }
        return over;
    }

    /** Gives the connection what it takes; returns what is over, sent or failed. */
    private List<Piece> fill() {
        List<Piece> over = new ArrayList<>();
        boolean taken = true;
        while (taken && !waiting.isEmpty()) {
            if (end == null) {
                write();
            }
            taken = collect(over);
        }
        return over;
    }

    private void write() {
        try {
            if (waiting.size() == 1) {
                to.write(waiting.getFirst().bytes);
            } else {
                to.write(waiting.stream()
                        .limit(TOGETHER)
                        .map(piece -> piece.bytes)
                        .toArray(ByteBuffer[]::new));
            }
        } catch (IOException broken) {
            end = broken;
        }
    }

    /** Whether all of what was tried is over, so that there is reason to go on. */
    private boolean collect(List<Piece> over) {
        int before = over.size();
        while (!waiting.isEmpty() && (end != null || !waiting.getFirst().bytes.hasRemaining())) {
            Piece piece = waiting.remove();
            piece.failure = end;
            over.add(piece);
        }
        return over.size() > before;
    }

    /** Bytes on their way. */
    private static final class Piece extends AbstractIoWriteFuture {
        private final ByteBuffer bytes;
        private @Nullable IOException failure;

        private Piece(ByteBuffer bytes) {
            super("socket", null);
            this.bytes = bytes;
        }

        private void settle() {
            setValue(failure == null ? true : failure);
        }
    }
}
