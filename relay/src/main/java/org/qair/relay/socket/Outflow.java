package org.qair.relay.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
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
    private final WritableByteChannel to;
    private final Watch watch;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Piece> waiting = new ArrayDeque<>();
    private boolean watched;
    private @Nullable IOException end;

    /** Learns whether somebody is to go on as soon as more is taken. Must not block. */
    @FunctionalInterface
    interface Watch {
        void changed(boolean wanted);
    }

    /** @param to takes what it can at once, and no more */
    Outflow(WritableByteChannel to, Watch watch) {
        this.to = to;
        this.watch = watch;
    }

    /** Sends it, now or by {@link #goOn}; the bytes belong to this until the future is done. */
    IoWriteFuture send(ByteBuffer bytes) {
        Piece piece = new Piece(bytes);
        boolean over;
        lock.lock();
        try {
            over = waiting.isEmpty() && advance(piece);
            if (!over) {
                waiting.add(piece);
            }
            look();
        } finally {
            lock.unlock();
        }
        if (over) {
            piece.settle();
        }
        return piece;
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
            over = advanceAll();
            failure = end;
            look();
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
            over = advanceAll();
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

    private List<Piece> advanceAll() {
        List<Piece> over = new ArrayList<>();
        while (!waiting.isEmpty() && advance(waiting.getFirst())) {
            over.add(waiting.remove());
        }
        return over;
    }

    /** Whether it is over, sent or failed. */
    private boolean advance(Piece piece) {
        if (end == null) {
            try {
                to.write(piece.bytes);
            } catch (IOException broken) {
                end = broken;
            }
        }
        piece.failure = end;
        return end != null || !piece.bytes.hasRemaining();
    }

    /** Who goes on is also who finds that nothing is taken any more, and ends the connection: not the one who sends, who may hold its locks. */
    private void look() {
        boolean wanted = end != null || !waiting.isEmpty();
        if (wanted != watched) {
            watched = wanted;
            watch.changed(wanted);
        }
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
