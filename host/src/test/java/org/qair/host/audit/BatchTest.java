package org.qair.host.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchTest {
    private static final int MANY = 600;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<List<Integer>> worked = new ArrayList<>();
    private final Batch<Integer> batch = new Batch<>(lock, this::work);

    private void work(List<Batch.Piece<Integer>> pieces) {
        worked.add(pieces.stream().map(Batch.Piece::work).toList());
        for (Batch.Piece<Integer> piece : pieces) {
            switch (piece.work()) {
                case -1 -> piece.failed(new IllegalArgumentException("minus one"));
                case -2 -> throw new AssertionError("the worker");
                default -> piece.done();
            }
        }
    }

    /** Brings pieces while somebody else is at work, so that they are done together. */
    private List<Future<?>> together(ExecutorService threads, List<Integer> pieces) throws InterruptedException {
        lock.lock();
        try {
            CountDownLatch come = new CountDownLatch(pieces.size());
            List<Future<?>> all = pieces.stream()
                    .<Future<?>>map(piece -> threads.submit(() -> {
                        come.countDown();
                        batch.run(piece);
                    }))
                    .toList();
            come.await();
            while (lock.getQueueLength() < pieces.size()) {
                Thread.onSpinWait();
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    @Test
    void whatComesMeanwhileIsDoneTogetherOnceEach() throws Exception {
        List<Integer> pieces = IntStream.range(0, MANY).boxed().toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<?> one : together(threads, pieces)) {
                one.get();
            }
        }
        assertThat(worked.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(pieces);
        assertThat(worked).hasSize(3).allMatch(part -> part.size() <= 256);
    }

    @Test
    void onePieceFailsAlone() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = together(threads, List.of(1, -1, 2));
            all.get(0).get();
            all.get(2).get();
            assertThatThrownBy(all.get(1)::get).hasRootCauseMessage("minus one");
        }
    }

    @Test
    void nobodyWaitsForOneWhoFailedAtWork() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = together(threads, List.of(-2, 3, 4));
            long failed = all.stream()
                    .filter(one -> {
                        try {
                            one.get();
                            return false;
                        } catch (Exception expected) {
                            return true;
                        }
                    })
                    .count();
            assertThat(failed).isPositive();
        }
        batch.run(5);
        assertThat(worked.getLast()).containsExactly(5);
    }
}
