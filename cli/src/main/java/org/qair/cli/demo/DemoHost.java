package org.qair.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.qair.host.HostLayout;
import org.qair.host.audit.AuditReader;
import org.qair.host.audit.AuditRecord;

/** One host of the demo: a directory of its own, and after {@link #start} a process of its own. */
final class DemoHost implements AutoCloseable {
    private static final String READY = "qair host ready";
    private static final int STOP_SECONDS = 20;
    private static final int ALL_CALLS = 1000;

    final String name;
    final HostLayout layout;
    private final DemoCommands commands;
    private final List<Process> processes = new ArrayList<>();
    private String readyLine = "";

    DemoHost(String name, Path root, DemoCommands commands) {
        this.name = name;
        this.layout = new HostLayout(root);
        this.commands = commands;
    }

    /** Runs a {@code qair} command on this host and gives what it printed. */
    String qair(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--root", layout.root().toString()));
        return commands.qair(all);
    }

    void policy(String... rules) throws IOException {
        write(layout.policy().resolve("30-demo.policy"), String.join("\n", rules) + "\n", "rw-r--r--");
    }

    void settings(String... lines) throws IOException {
        write(layout.settings(), String.join("\n", lines) + "\n", "rw-------");
    }

    void service(String service, String... lines) throws IOException {
        write(
                layout.root().resolve("etc/qubes-rpc").resolve(service),
                "#!/bin/sh\n" + String.join("\n", lines) + "\n",
                "rwxr-xr-x");
    }

    private static void write(Path file, String text, String permissions) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    /** Starts the host's process and waits for the line that says it is ready. */
    void start() throws IOException {
        Path log = layout.root().resolve("host.log");
        ProcessBuilder builder = commands.hostProcess(layout.root());
        builder.redirectError(log.toFile());
        Process process = builder.start();
        processes.add(process);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        if (line == null || !line.startsWith(READY)) {
            throw new DemoFailure(
                    "the %s host did not start; its log: %s\n%s".formatted(name, log, Files.readString(log)));
        }
        readyLine = line;
    }

    String readyLine() {
        return readyLine;
    }

    long pid() {
        return processes.getLast().pid();
    }

    /** {@code address:port} of its SSH endpoint. */
    String endpoint() throws IOException {
        return Files.readString(layout.endpointAddress()).strip();
    }

    Path agentSocket(String qube) {
        return layout.agentSocket(new org.qair.policy.QubeName(qube));
    }

    /** What its audit has of calls that came after the first {@code seen}. */
    List<AuditRecord> auditAfter(int seen) {
        try (AuditReader audit = AuditReader.open(layout.audit())) {
            List<AuditRecord> all = audit.last(ALL_CALLS);
            return all.subList(seen, all.size());
        }
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException interrupted) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
