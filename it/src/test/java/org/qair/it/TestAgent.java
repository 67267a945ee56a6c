package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.qair.client.QrexecClient;

/** An agent of a test: {@code ./qair agent} as a process of its own, with services and a trigger socket in a directory of its own. */
final class TestAgent implements AutoCloseable {
    private final Path directory;
    private final Path vchans;
    private final int domain;
    private Process process;

    TestAgent(Path directory, Path vchans, int domain) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.vchans = vchans;
        this.domain = domain;
    }

    TestAgent service(String name, String... lines) throws IOException {
        Path file = Files.createDirectories(services()).resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    Path services() {
        return directory.resolve("rpc");
    }

    Path socket() {
        return directory.resolve("qrexec-agent");
    }

    TestAgent start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Programs.qair(), "agent", "--agent-socket=" + socket(), "--domain=" + domain, "--vchan-dir=" + vchans);
        builder.environment().put("QREXEC_SERVICE_PATH", services().toString());
        builder.environment().put("QAIR_JAVA_OPTS", "-Xmx256m");
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()));
        process = builder.start();
        assertThat(process.inputReader(StandardCharsets.UTF_8).readLine())
                .as(() -> readLog())
                .startsWith("qair agent ready");
        return this;
    }

    private Path log() {
        return directory.resolve("agent.log");
    }

    private String readLog() {
        try {
            return Files.readString(log());
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    Process process() {
        return process;
    }

    /** The command line of a call from this qube. */
    List<String> caller(String... words) {
        List<String> command = new ArrayList<>(List.of(Programs.client(), "--agent-socket=" + socket(), "--"));
        command.addAll(List.of(words));
        return command;
    }

    Finished call(byte[] stdin, String target, String service) throws Exception {
        return Programs.run(caller(target, service), stdin);
    }

    /** Calls from this process, which are many. */
    QrexecClient client() {
        return QrexecClient.at(socket()).withErrors(java.io.OutputStream.nullOutputStream());
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroy();
            process.onExit().join();
        }
    }
}
