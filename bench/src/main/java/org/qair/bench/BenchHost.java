package org.qair.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A host of its own in a temporary root, from this checkout: qubes {@code caller} and {@code target}, and the services it is given. */
final class BenchHost implements AutoCloseable {
    private final Path qair;
    private final Path root;
    private final Process process;

    private BenchHost(Path qair, Path root, Process process) {
        this.qair = qair;
        this.root = root;
        this.process = process;
    }

    /** A service that everybody may call: its name and the script that is its file. */
    record Service(String name, String script) {}

    /** Starts it and waits until it is ready. */
    static BenchHost start(Path checkout, List<Service> services) throws IOException, InterruptedException {
        Path qair = checkout.resolve("qair").toAbsolutePath().normalize();
        Path root = Files.createTempDirectory("qair-bench-");
        write(root, services);
        Process process = new ProcessBuilder(qair.toString(), "host", "--root", root.toString())
                .redirectErrorStream(true)
                .start();
        BenchHost host = new BenchHost(qair, root, process);
        BufferedReader said = process.inputReader();
        String line = said.readLine();
        while (line != null && !line.contains("qair host ready")) {
            System.err.println(line);
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("the host of `" + root + "` did not start");
        }
        Thread.ofPlatform().daemon().start(() -> drop(said));
        host.run("qube", "create", "caller");
        host.run("qube", "create", "target");
        return host;
    }

    private static void write(Path root, List<Service> services) throws IOException {
        Path directory = Files.createDirectories(root.resolve("etc/qubes-rpc"));
        List<String> policy = new ArrayList<>();
        for (Service service : services) {
            Path file = Files.writeString(directory.resolve(service.name()), service.script());
            if (!file.toFile().setExecutable(true)) {
                throw new IOException("`" + file + "` cannot be made executable");
            }
            policy.add(service.name() + " * @anyvm @anyvm allow");
            policy.add(service.name() + " * @anyvm dom0 allow");
        }
        Files.write(Files.createDirectories(root.resolve("etc/qubes/policy.d")).resolve("30-bench.policy"), policy);
    }

    private static void drop(BufferedReader said) {
        try {
            said.transferTo(Writer.nullWriter());
        } catch (IOException ended) {
            // with the host
        }
    }

    /** Runs a {@code qair} command on it. */
    void run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(qair.toString()));
        command.addAll(List.of(words));
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
        return root.resolve("run/qair/by-name").resolve(qube).resolve("qrexec-agent");
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
