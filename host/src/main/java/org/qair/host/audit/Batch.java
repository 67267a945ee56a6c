package org.qair.host.audit;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of work of many threads, in the order of their coming, as few as possible at a time: whoever finds nobody at work does his own
 * and that of all who have come meanwhile. Safe for use by many threads.
 *
 * @param <W> a piece of work, which is done once by one thread
 */
final class Batch<W> {
    /** So many at once: the first of them waits for the last. */
    private static final int LARGEST = 256;

    private final ReentrantLock lock;
    private final Consumer<List<Piece<W>>> worker;
    private final Deque<Piece<W>> waiting = new ConcurrentLinkedDeque<>();

    /**
     * @param lock held by the one that works
     * @param worker does each piece, and notes of each that it is done or how it failed; throws nothing
     */
    Batch(ReentrantLock lock, Consumer<List<Piece<W>>> worker) {
        this.lock = lock;
        this.worker = worker;
    }

    /** One piece, and how it ended. Read by the thread that brought it, once it has had the lock. */
    static final class Piece<W> {
        private final W work;
        private boolean over;
        private @Nullable RuntimeException failure;

        private Piece(W work) {
            this.work = work;
        }

        W work() {
            return work;
        }

        void done() {
            over = true;
        }

        void failed(RuntimeException how) {
            failure = how;
            over = true;
        }
    }

    /** Has it done, by this thread or another; throws what it failed with. */
    void run(W work) {
        Piece<W> mine = new Piece<>(work);
        waiting.add(mine);
        lock.lock();
        try {
            while (!mine.over) {
                workOn(next());
            }
        } finally {
            lock.unlock();
        }
        if (mine.failure != null) {
            throw mine.failure;
        }
    }

    /** An error of the one who works must not leave the others waiting for what is in nobody's hands any more. */
    private void workOn(List<Piece<W>> pieces) {
        try {
            worker.accept(pieces);
        } finally {
            pieces.stream()
                    .filter(piece -> !piece.over)
                    .forEach(piece -> piece.failed(new IllegalStateException("whoever was at work has failed")));
        }
    }

    private List<Piece<W>> next() {
        List<Piece<W>> next = new ArrayList<>();
        while (next.size() < LARGEST && !waiting.isEmpty()) {
            next.add(waiting.remove());
        }
        return next;
    }
}
