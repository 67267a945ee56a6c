package org.qair.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A host of its own in a temporary root, from this checkout: host-run qubes {@code caller} and {@code target}, and, when they are started,
 * {@code a1} and {@code a2} with an agent each. All of them have the services that it is given, and may call them in any other.
 */
final class BenchHost implements AutoCloseable {
    private static final int FIRST_AGENT = 3;

    private final Path qair;
    private final Path root;
    private final List<Process> processes = new ArrayList<>();

    private BenchHost(Path checkout, Path root) {
        this.qair = checkout.resolve("qair").toAbsolutePath().normalize();
        this.root = root;
    }

    /** Starts it and waits until it is ready. */
    static BenchHost start(Path checkout) throws IOException, InterruptedException {
        Path root = Files.createTempDirectory("qair-bench-");
        Path policy =
                Files.createDirectories(root.resolve("etc/qubes/policy.d")).resolve("30-bench.policy");
        Files.writeString(policy, "bench.None * @anyvm @anyvm deny\n* * @anyvm @anyvm allow\n");
        BenchHost host = new BenchHost(checkout, root);
        Files.createDirectories(host.services());
        host.launch(Map.of(), "host", "--root", root.toString());
        for (String qube : List.of("caller", "target", "a1", "a2")) {
            host.run("qube", "create", qube);
        }
        return host;
    }

    /** Where services are; a link, a script or a socket. */
    Path services() {
        return root.resolve("etc/qubes-rpc");
    }

    /** Makes a service that is a script. */
    BenchHost service(String name, String script) throws IOException {
        Path file = Files.writeString(services().resolve(name), "#!/bin/sh\n" + script + "\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("`" + file + "` cannot be made executable");
        }
        return this;
    }

    /** Starts the agents of {@code a1} and {@code a2}. */
    BenchHost startAgents() throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            String name = "a" + (i + 1);
            int number = FIRST_AGENT + i;
            run("qube", "set", name, "--property", "agent=vchan");
            Path vchans = root.resolve("run/qair/vchan/q" + number);
            Files.createDirectories(socket(name).getParent()); // the file beside it is this agent's alone
            while (!Files.isDirectory(vchans)) {
                Thread.onSpinWait();
            }
            launch(
                    Map.of("QREXEC_SERVICE_PATH", services().toString()),
                    "agent",
                    "--agent-socket=" + socket(name),
                    "--domain=" + number,
                    "--vchan-dir=" + vchans);
        }
        return this;
    }

    private void launch(Map<String, String> environment, String... words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(words)).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        BufferedReader said = process.inputReader();
        String line = said.readLine();
        while (line != null && !line.startsWith("qair " + words[0] + " ready")) {
            System.err.println(line);
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("`" + String.join(" ", words) + "` did not start");
        }
        Thread.ofPlatform().daemon().start(() -> drop(said));
    }

    private static void drop(BufferedReader said) {
        try {
            said.transferTo(Writer.nullWriter());
        } catch (IOException ended) {
            // with the process
        }
    }

    private List<String> command(String... words) {
        return Stream.concat(Stream.of(qair.toString()), Stream.of(words)).toList();
    }

    /** Runs a {@code qair} command on it. */
    private void run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(command(words));
        command.addAll(List.of("--root", root.toString()));
        int code = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("`" + String.join(" ", command) + "` ended with " + code);
        }
    }

    /** Where callers of a qube call. */
    Path socket(String qube) {
        return qube.startsWith("a")
                ? root.resolve(qube).resolve("qrexec-agent")
                : root.resolve("run/qair/by-name").resolve(qube).resolve("qrexec-agent");
    }

    @Override
    public void close() throws IOException {
        for (Process process : processes.reversed()) {
            process.destroy();
            process.onExit().join();
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
