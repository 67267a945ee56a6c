package org.qair.bench.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.qair.host.HostLayout;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;
import org.qair.registry.RegistryDraft;
import org.qair.registry.RegistryException;

/** A host from this checkout as a process of its own, under a directory of its own. */
final class QairHost implements AutoCloseable {
    private static final Path QAIR = Path.of("qair").toAbsolutePath();

    private final HostLayout layout;
    private final List<String> command;
    private Process process;

    /** Its registry, before it has started. */
    @FunctionalInterface
    interface Qubes {
        void make(RegistryDraft draft) throws RegistryException;
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param prefix words before the command, for a network namespace
     */
    QairHost(Path root, List<String> prefix, Qubes qubes, String settings, String rules)
            throws IOException, RegistryException {
        layout = new HostLayout(root);
        Files.createDirectories(layout.state());
        try (Registry registry = Registry.open(layout.registry())) {
            registry.change(qubes::make);
        }
        Programs.secret(layout.settings(), settings);
        Programs.secret(layout.policy().resolve("30-bench.policy"), rules + "\n");
        Files.createDirectories(services());
        command = Stream.concat(prefix.stream(), Stream.of(QAIR.toString(), "host", "--root", root.toString()))
                .toList();
        process = launch();
    }

    private Process launch() throws IOException {
        Process launched = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        layout.root().resolve("log").toFile()))
                .start();
        String ready = launched.inputReader().readLine();
        if (ready == null) {
            throw new IOException("the host did not start: " + lastWords());
        }
        return launched;
    }

    /** Kills it, without a word, and starts it again. */
    void killAndStart() throws IOException {
        process.destroyForcibly();
        process.onExit().join();
        process = launch();
    }

    static void local(RegistryDraft draft, String... names) throws RegistryException {
        for (String name : names) {
            draft.create(QubeType.AppVM, new QubeName(name), "red");
        }
    }

    static void remote(RegistryDraft draft, String name, String relay, String transport) throws RegistryException {
        QubeName qube = new QubeName(name);
        draft.create(QubeType.RemoteVM, qube, "gray");
        draft.setProperty(qube, "relayvm", relay);
        draft.setProperty(qube, "transport_rpc", transport);
        draft.setProperty(qube, "remote_name", "work");
        draft.setProperty(qube, "peer", "far");
    }

    /** Runs a {@code qair} command on it, or on one that will be there. */
    static String qair(Path root, String... words) throws IOException, InterruptedException {
        return Programs.run(Stream.concat(
                        Stream.concat(Stream.of(QAIR.toString()), Stream.of(words)),
                        Stream.of("--root", root.toString()))
                .toList());
    }

    Path services() {
        return layout.root().resolve("etc/qubes-rpc");
    }

    /** Where callers of a qube call. */
    Path socket(String qube) {
        return layout.qubeLink(new QubeName(qube)).resolve("qrexec-agent");
    }

    /** HOST:PORT of its endpoint. */
    String endpoint() throws IOException {
        return Files.readString(layout.endpointAddress()).strip();
    }

    /** What its log has at its end of other things than calls that went well. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(layout.root().resolve("log")).stream()
                .filter(line -> !line.contains("allowed:") && !line.contains("exit code 0"))
                .toList();
        return String.join("\n", lines.subList(Math.max(lines.size() - 20, 0), lines.size()));
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
