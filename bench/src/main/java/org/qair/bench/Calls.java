package org.qair.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.qair.client.QrexecCall;
import org.qair.client.QrexecClient;

/**
 * What a warm call of the client library takes from qube to qube, to the host's qubes and back: one caller's median and the rate of 16. Once to
 * a service on a Unix socket, which ends at once, and once to a program.
 */
final class Calls {
    private static final int CALLERS = 16;

    /** Calls to a socket before any is measured: until then the compilers of the virtual machines take as much of the processor as the calls. */
    private static final int WARM = 8_000;

    private static final String SOCKET = "bench.Socket";
    private static final String PROGRAM = "bench.Program";

    private Calls() {}

    private record Way(String name, String from, String to) {}

    private static final List<Way> WAYS = List.of(
            new Way("agent to agent", "a1", "a2"),
            new Way("agent to host-run", "a1", "target"),
            new Way("host-run to agent", "caller", "a2"),
            new Way("host-run to host-run", "caller", "target"));

    /**
     * Calls of each kind, 1000 unless the first word says otherwise, of the ways whose names begin with the second; a program gets a
     * tenth of them.
     */
    public static void main(String[] words) throws IOException, InterruptedException {
        int calls = words.length > 0 ? Integer.parseInt(words[0]) : 1000;
        List<Way> ways = WAYS.stream()
                .filter(way -> words.length < 2 || way.name().startsWith(words[1]))
                .toList();
        try (BenchHost host =
                        BenchHost.start(Path.of("")).service(PROGRAM, "exit 0").startAgents();
                SocketService _ = new SocketService(host.services().resolve(SOCKET))) {
            System.out.printf("%-22s %-8s %10s %10s %12s%n", "", "service", "median ms", "p99 ms", "16: calls/s");
            for (Way way : ways) {
                measure(host, way, SOCKET, calls);
            }
            for (Way way : ways) {
                measure(host, way, PROGRAM, Math.max(calls / 10, CALLERS));
            }
        }
    }

    private static void measure(BenchHost host, Way way, String service, int calls)
            throws IOException, InterruptedException {
        QrexecClient client = QrexecClient.at(host.socket(way.from()));
        warm(client, way, service, service.equals(SOCKET) ? Math.max(WARM, calls / 2) : calls / 2);
        long[] times = new long[calls];
        for (int i = 0; i < calls; i++) {
            long start = System.nanoTime();
            call(client, way, service);
            times[i] = System.nanoTime() - start;
        }
        Arrays.sort(times);
        long start = System.nanoTime();
        many(client, way, service, CALLERS, calls);
        double rate = calls * 1e9 / (System.nanoTime() - start);
        System.out.printf(
                "%-22s %-8s %10.3f %10.3f %12.0f%n",
                way.name(),
                service.equals(SOCKET) ? "socket" : "program",
                times[calls / 2] / 1e6,
                times[calls * 99 / 100] / 1e6,
                rate);
    }

    /** Half of them side by side, half one after another: they wait in different places. */
    private static void warm(QrexecClient client, Way way, String service, int calls)
            throws IOException, InterruptedException {
        many(client, way, service, 4, calls / 2);
        for (int i = 0; i < calls / 2; i++) {
            call(client, way, service);
        }
    }

    private static void many(QrexecClient client, Way way, String service, int callers, int calls)
            throws InterruptedException {
        AtomicInteger left = new AtomicInteger(calls);
        CountDownLatch done = new CountDownLatch(callers);
        for (int i = 0; i < callers; i++) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (left.getAndDecrement() > 0) {
                        call(client, way, service);
                    }
                } catch (IOException failure) {
                    System.err.println(failure);
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
    }

    private static void call(QrexecClient client, Way way, String service) throws IOException {
        try (QrexecCall call = client.call(way.to(), service)) {
            call.stdin().close();
            int code = call.exitCode();
            if (code != 0) {
                throw new IOException("a call from %s to %s ended with %d".formatted(way.from(), way.to(), code));
            }
        }
    }
}
