package org.qair.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The throughput of a stream, by whole processes, beside a pipe over a plain Unix socket with as many: {@code head}, a program that
 * writes what it reads to a socket, one that reads it there, {@code cat}. In a call the two in the middle are the client and the agent or
 * host. All take turns.
 */
final class Throughput {
    private static final String SINK = "bench.Sink";
    private static final String SOURCE = "bench.Source";

    private Throughput() {}

    private record Candidate(String name, List<String> shell, List<Double> rates) {
        Candidate(String name, String... lines) {
            this(name, List.of("sh", "-c", String.join("\n", lines)), new ArrayList<>());
        }

        void run(long bytes) throws IOException, InterruptedException {
            long start = System.nanoTime();
            int code = new ProcessBuilder(shell)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IOException("`" + String.join(" ", shell) + "` ended with " + code);
            }
            rates.add(bytes * 1e3 / (System.nanoTime() - start));
        }

        double median() {
            return rates.stream().sorted().toList().get(rates.size() / 2);
        }
    }

    /** Rounds, 5 unless the first word says otherwise, of 1 GiB unless the second says how many MiB. */
    public static void main(String[] words) throws IOException, InterruptedException {
        int rounds = words.length > 0 ? Integer.parseInt(words[0]) : 5;
        long bytes = (words.length > 1 ? Long.parseLong(words[1]) : 1024) << 20;
        Path directory = Files.createTempDirectory("qair-pipe-");
        String head = "head -c " + bytes + " /dev/zero";
        try (BenchHost host = BenchHost.start(Path.of(""))
                .service(SINK, "exec cat >/dev/null")
                .service(SOURCE, "exec " + head)
                .startAgents()) {
            List<Candidate> candidates = candidates(host, directory.resolve("s"), head);
            for (int round = 0; round < rounds; round++) {
                for (Candidate candidate : candidates) {
                    candidate.run(bytes);
                }
            }
            print(candidates);
        } finally {
            Files.deleteIfExists(directory.resolve("s"));
            Files.delete(directory);
        }
    }

    private static List<Candidate> candidates(BenchHost host, Path socket, String head) {
        List<Candidate> all = new ArrayList<>();
        all.add(new Candidate(
                "plain Unix socket",
                "socat -u -b 65536 UNIX-LISTEN:" + socket + ",unlink-early STDOUT | cat >/dev/null &",
                "while [ ! -S " + socket + " ]; do sleep 0.01; done",
                head + " | socat -u -b 65536 STDIN UNIX-CONNECT:" + socket,
                "wait; rm -f " + socket));
        String client = Path.of("bin/qrexec-client-vm").toAbsolutePath().toString();
        for (String[] way : new String[][] {
            {"agent to agent", "a1", "a2"},
            {"agent to host-run", "a1", "target"},
            {"host-run to agent", "caller", "a2"},
            {"host-run to host-run", "caller", "target"}
        }) {
            String call = client + " --agent-socket=" + host.socket(way[1]) + " -- " + way[2] + " ";
            all.add(new Candidate(way[0] + ", to", head + " | " + call + SINK));
            all.add(new Candidate(way[0] + ", from", call + SOURCE + " </dev/null | cat >/dev/null"));
        }
        return all;
    }

    private static void print(List<Candidate> candidates) {
        double plain = candidates.getFirst().median();
        System.out.printf("%-28s %8s %6s%n", "", "MB/s", "ratio");
        for (Candidate candidate : candidates) {
            System.out.printf("%-28s %8.0f %6.2f%n", candidate.name(), candidate.median(), candidate.median() / plain);
        }
    }
}
