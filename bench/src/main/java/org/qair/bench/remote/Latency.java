package org.qair.bench.remote;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Times of calls by each of some ways, which take turns: all of them meet the same machine. */
final class Latency {
    static final int CALLERS = 16;
    private static final int ROUNDS = 3;

    private Latency() {}

    /**
     * What came of one way.
     *
     * @param median of one caller, in milliseconds, as are the other times
     * @param median16 of one of 16 callers
     * @param rate calls a second of 16 callers
     * @param cpu processor time a call of all that serves it
     */
    record Result(Way way, double median, double p99, double median16, double p9916, double rate, double cpu) {}

    /** Times in turns: {@link #ROUNDS} parts of the calls of each way. */
    static List<Result> measure(Site site, List<Way> ways, String service) throws IOException, InterruptedException {
        List<Samples> all = ways.stream().map(way -> new Samples(way, service)).toList();
        for (int round = 0; round < ROUNDS; round++) {
            for (Samples samples : all) {
                samples.one();
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (Samples samples : all) {
                samples.many(site);
            }
        }
        return all.stream().map(Samples::result).toList();
    }

    /** Makes calls until the virtual machines of all that serves them are warm. */
    static void warm(Way way, String service, int calls) throws IOException, InterruptedException {
        Samples samples = new Samples(new Way(way.name(), calls, way.call()), service);
        for (int i = 0; i < 2 * ROUNDS; i++) {
            samples.concurrent(calls / ROUNDS / 2);
        }
    }

    /** Makes calls one after another: what 16 callers have made warm waits elsewhere than what one does. */
    static void settle(Way way, String service, int calls) throws IOException, InterruptedException {
        Way.Call call = way.call().apply(service);
        for (int i = 0; i < calls; i++) {
            call.make();
        }
    }

    private static final class Samples {
        private final Way way;
        private final Way.Call call;
        private final int share;
        private final List<long[]> alone = new ArrayList<>();
        private final List<long[]> among16 = new ArrayList<>();
        private double cpu;
        private double seconds;

        Samples(Way way, String service) {
            this.way = way;
            this.call = way.call().apply(service);
            this.share = Math.max(way.calls() / ROUNDS, 1);
        }

        void one() throws IOException, InterruptedException {
            long[] times = new long[share];
            for (int i = 0; i < share; i++) {
                times[i] = timed();
            }
            alone.add(times);
        }

        void many(Site site) throws IOException, InterruptedException {
            double before = Usage.cpuMillis(site.processes());
            long start = System.nanoTime();
            among16.add(concurrent(Math.max(share, 2 * CALLERS)));
            seconds += (System.nanoTime() - start) / 1e9;
            cpu += Usage.cpuMillis(site.processes()) - before;
        }

        private long timed() throws IOException, InterruptedException {
            long start = System.nanoTime();
            call.make();
            return System.nanoTime() - start;
        }

        private long[] concurrent(int calls) throws IOException, InterruptedException {
            long[] times = new long[calls];
            AtomicInteger next = new AtomicInteger();
            AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
            CountDownLatch done = new CountDownLatch(CALLERS);
            for (int i = 0; i < CALLERS; i++) {
                Thread.ofVirtual().start(() -> {
                    try {
                        for (int mine = next.getAndIncrement(); mine < calls; mine = next.getAndIncrement()) {
                            times[mine] = timed();
                        }
                    } catch (IOException | InterruptedException | RuntimeException e) {
                        failure.set(e);
                    } finally {
                        done.countDown();
                    }
                });
            }
            done.await();
            Exception failed = failure.get();
            if (failed != null) {
                throw new IOException(failed);
            }
            return times;
        }

        Result result() {
            long[] one = sorted(alone);
            long[] many = sorted(among16);
            return new Result(
                    way,
                    at(one, 50),
                    at(one, 99),
                    at(many, 50),
                    at(many, 99),
                    many.length / seconds,
                    cpu / many.length);
        }

        private static long[] sorted(List<long[]> parts) {
            long[] all = parts.stream().flatMapToLong(Arrays::stream).toArray();
            Arrays.sort(all);
            return all;
        }

        private static double at(long[] sorted, int percent) {
            return sorted[Math.min(sorted.length * percent / 100, sorted.length - 1)] / 1e6;
        }
    }
}
