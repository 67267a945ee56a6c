package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.qair.host.HostLayout;
import org.qair.host.audit.AuditReader;
import org.qair.host.audit.AuditRecord;
import org.qair.policy.QubeName;

/** A host of a test: {@code ./qair host} as a process of its own, under a directory of its own. */
final class TestHost implements AutoCloseable {
    /** Most tests are over before the second compiler has paid for what it takes of the processor; who gives a host options of its own has it. */
    private static final String ONE_COMPILER = "-XX:TieredStopAtLevel=1";

    final HostLayout layout;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> prefix = new ArrayList<>();
    private String kind = "host";
    private Process process;
    private String readyLine = "";

    TestHost(Path root) {
        layout = new HostLayout(root);
    }

    /** From now on {@code qair relay} in its place. */
    TestHost asRelay() {
        kind = "relay";
        return this;
    }

    /** From now on it is started in that network namespace. */
    TestHost in(String namespace) {
        prefix.addAll(List.of("ip", "netns", "exec", namespace));
        return this;
    }

    TestHost environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Runs a {@code qair} command on this host, which must succeed. */
    String qair(String... words) throws Exception {
        Finished finished = tryQair(words);
        assertThat(finished.exitCode()).as(finished.stderr()).isZero();
        return finished.stdout();
    }

    Finished tryQair(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(Programs.qair()));
        command.addAll(List.of(words));
        command.addAll(List.of("--root", layout.root().toString()));
        return Programs.run(command, new byte[0]);
    }

    TestHost policy(String... rules) throws IOException {
        return write(layout.policy().resolve("30-test.policy"), String.join("\n", rules) + "\n", "rw-r--r--");
    }

    TestHost settings(String... lines) throws IOException {
        return write(layout.settings(), String.join("\n", lines) + "\n", "rw-------");
    }

    TestHost service(String name, String... lines) throws IOException {
        Path file = layout.root().resolve("etc/qubes-rpc").resolve(name);
        return write(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n", "rwxr-xr-x");
    }

    /** Through a file beside it, so that nobody sees a half of it. */
    TestHost write(Path file, String text, String permissions) throws IOException {
        Files.createDirectories(file.getParent());
        Path aside = Files.createTempFile(layout.root(), "aside", "");
        Files.writeString(aside, text);
        Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString(permissions));
        Files.move(aside, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        return this;
    }

    TestHost start() throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(Programs.qair(), kind, "--root", layout.root().toString()));
        Files.createDirectories(layout.root());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.environment().putIfAbsent("QAIR_JAVA_OPTS", ONE_COMPILER);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()));
        process = builder.start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        assertThat(line).as(() -> readLog()).startsWith("qair " + kind + " ready");
        readyLine = line;
        return this;
    }

    String readyLine() {
        return readyLine;
    }

    Path log() {
        return layout.root().resolve("host.log");
    }

    String readLog() {
        try {
            return Files.readString(log());
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    Process process() {
        return process;
    }

    String endpoint() throws IOException {
        return Files.readString(layout.endpointAddress()).strip();
    }

    int port() throws IOException {
        String address = endpoint();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    Path agentSocket(String qube) {
        return layout.qubeLink(new QubeName(qube)).resolve("qrexec-agent");
    }

    /** The command line of a call from one of its qubes. */
    List<String> caller(String qube, String... words) {
        List<String> command = new ArrayList<>(List.of(Programs.client(), "--agent-socket=" + agentSocket(qube)));
        command.addAll(List.of(words));
        return command;
    }

    Finished call(String qube, byte[] stdin, String target, String service) throws Exception {
        return Programs.run(caller(qube, "--", target, service), stdin);
    }

    List<AuditRecord> audit() {
        try (AuditReader reader = AuditReader.open(layout.audit())) {
            return reader.last(10_000);
        }
    }

    void terminate() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("the host ends on SIGTERM")
                .isTrue();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }
}
