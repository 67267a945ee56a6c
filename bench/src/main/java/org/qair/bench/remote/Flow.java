package org.qair.bench.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.qair.client.QrexecCall;
import org.qair.client.QrexecClient;

/** The throughput of streams, in both directions, by several ways that take turns. */
final class Flow {
    private static final int CHUNK = 64 << 10;

    private Flow() {}

    /** Moves that many bytes. */
    @FunctionalInterface
    interface Stream {
        void move(long bytes) throws IOException, InterruptedException;
    }

    /** One way and direction. */
    static final class Candidate {
        private final String name;
        private final Stream stream;
        private final List<Double> rates = new ArrayList<>();

        Candidate(String name, Stream stream) {
            this.name = name;
            this.stream = stream;
        }

        String name() {
            return name;
        }

        /** MB/s, of the median round. */
        double rate() {
            return rates.stream().sorted().toList().get(rates.size() / 2);
        }

        private void run(long bytes) throws IOException, InterruptedException {
            long start = System.nanoTime();
            stream.move(bytes);
            rates.add(bytes * 1e3 / (System.nanoTime() - start));
        }
    }

    static void measure(List<Candidate> candidates, int rounds, long bytes) throws IOException, InterruptedException {
        for (int round = 0; round < rounds; round++) {
            for (Candidate candidate : candidates) {
                candidate.run(bytes);
            }
        }
    }

    /** To a service that reads all of it. */
    static Stream to(QrexecClient client, String target) {
        return bytes -> {
            try (QrexecCall call = client.call(target, Site.SINK)) {
                try (OutputStream stdin = call.stdin()) {
                    feed(stdin, bytes);
                }
                expect(call.exitCode(), 0);
            }
        };
    }

    /** From a service that sends so much. */
    static Stream from(QrexecClient client, String target) {
        return bytes -> {
            try (QrexecCall call = client.call(target, Site.SOURCE + "+" + bytes)) {
                call.stdin().close();
                expect(count(call.stdout()), bytes);
                expect(call.exitCode(), 0);
            }
        };
    }

    /** To {@code cat} by a process of {@code ssh}. */
    static Stream toProcess(List<String> command) {
        return bytes -> {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (OutputStream stdin = process.getOutputStream()) {
                feed(stdin, bytes);
            }
            expect(process.waitFor(), 0);
        };
    }

    static Stream fromProcess(List<String> command) {
        return bytes -> {
            Process process = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            expect(count(process.getInputStream()), bytes);
            expect(process.waitFor(), 0);
        };
    }

    private static void feed(OutputStream to, long bytes) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (long left = bytes; left > 0; left -= CHUNK) {
            to.write(chunk, 0, (int) Math.min(left, CHUNK));
        }
    }

    private static long count(InputStream from) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long sum = 0;
        for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
            sum += read;
        }
        return sum;
    }

    private static void expect(long found, long wanted) throws IOException {
        if (found != wanted) {
            throw new IOException("%d instead of %d".formatted(found, wanted));
        }
    }
}
