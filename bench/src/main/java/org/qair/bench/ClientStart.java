package org.qair.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a whole process of {@code qrexec-client-vm} takes beside {@code java -version} of the same runtime: a call that ends at once, and
 * one that is refused; and the service {@code qubesair.SSHProxy} as an agent starts it. All take turns, so that a busy machine is as busy
 * for each.
 */
final class ClientStart {
    private static final double TICKS_PER_MILLI = 0.1; // of /proc/self/stat
    private static final int CHILDREN_USER = 15;

    /** What every agent tells its services. */
    private static final Map<String, String> OF_A_SERVICE =
            Map.of("QREXEC_REMOTE_DOMAIN", "work", "QREXEC_SERVICE_FULL_NAME", "qubesair.SSHProxy+far+bench.True");

    private ClientStart() {}

    private static final class Candidate {
        private final String name;
        private final List<String> command;
        private final int expected;
        private final List<Double> wall = new ArrayList<>();
        private double cpu;

        private Candidate(String name, int expected, String... command) {
            this.name = name;
            this.expected = expected;
            this.command = List.of(command);
        }

        private void run() throws IOException, InterruptedException {
            double before = childrensMillis();
            long start = System.nanoTime();
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(OF_A_SERVICE);
            int code = builder.redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            wall.add((System.nanoTime() - start) / 1e6);
            cpu += childrensMillis() - before;
            if (code != expected) {
                throw new IOException("`" + String.join(" ", command) + "` ended with " + code);
            }
        }

        private double median() {
            return wall.stream().sorted().toList().get(wall.size() / 2);
        }
    }

    /** Rounds, 40 unless the first word says otherwise. */
    public static void main(String[] words) throws IOException, InterruptedException {
        int rounds = words.length > 0 ? Integer.parseInt(words[0]) : 40;
        Path checkout = Path.of("");
        Path relay = Files.createTempDirectory("qair-relay-").resolve("s");
        try (BenchHost host = BenchHost.start(checkout).service("bench.True", "exit 0");
                RelaySocket _ = new RelaySocket(relay)) {
            String client =
                    checkout.resolve("bin/qrexec-client-vm").toAbsolutePath().toString();
            String socket = "--agent-socket=" + host.socket("caller");
            List<Candidate> candidates = List.of(
                    new Candidate(
                            "java -version",
                            0,
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-version"),
                    new Candidate("a call", 0, client, socket, "--", "target", "bench.True"),
                    new Candidate("a refused call", 126, client, socket, "--", "target", "bench.None"),
                    new Candidate(
                            "SSHProxy",
                            0,
                            checkout.resolve("bin/qubesair-sshproxy")
                                    .toAbsolutePath()
                                    .toString(),
                            relay.toString()));
            for (int warm = 0; warm < 5; warm++) {
                for (Candidate candidate : candidates) {
                    candidate.run();
                }
            }
            candidates.forEach(candidate -> {
                candidate.wall.clear();
                candidate.cpu = 0;
            });
            for (int round = 0; round < rounds; round++) {
                for (Candidate candidate : candidates) {
                    candidate.run();
                }
            }
            print(candidates, rounds);
        } finally {
            Files.delete(relay.getParent());
        }
    }

    private static void print(List<Candidate> candidates, int rounds) {
        Candidate base = candidates.getFirst();
        System.out.printf("%-16s %9s %6s %9s %6s%n", "", "median ms", "ratio", "CPU ms", "ratio");
        for (Candidate candidate : candidates) {
            System.out.printf(
                    "%-16s %9.1f %6.2f %9.1f %6.2f%n",
                    candidate.name,
                    candidate.median(),
                    candidate.median() / base.median(),
                    candidate.cpu / rounds,
                    candidate.cpu / base.cpu);
        }
    }

    /** User and system time of the children that have ended. */
    private static double childrensMillis() throws IOException {
        String[] fields = Files.readString(Path.of("/proc/self/stat")).split(" ", -1);
        return (Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_USER + 1])) / TICKS_PER_MILLI;
    }
}
