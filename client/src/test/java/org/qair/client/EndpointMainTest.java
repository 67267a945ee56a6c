package org.qair.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real OpenSSH server whose only program for a key is the endpoint's stand-in. */
@Timeout(120)
class EndpointMainTest {
    @TempDir
    Path directory;

    private TestHost host;
    private SshdProcess sshd;

    @BeforeEach
    void start() throws Exception {
        Path root = directory.resolve("root");
        Files.createDirectories(root.resolve("run/qair/by-name"));
        Path own = Files.createDirectories(root.resolve("run/qair/q7"));
        Files.createSymbolicLink(root.resolve("run/qair/by-name/Remote-Relay"), Path.of("../q7"));
        host = new TestHost(own);
        String command = String.join(
                " ",
                ClientProcess.builderOf(
                                EndpointMain.class, List.of(), "--relay", "Remote-Relay", "--root", root.toString())
                        .command());
        sshd = new SshdProcess(
                Files.createDirectory(directory.resolve("sshd")), "restrict,command=\"%s\"".formatted(command));
    }

    @AfterEach
    void stop() throws IOException {
        sshd.close();
        host.close();
    }

    private record Finished(int exitCode, String stdout, String stderr) {}

    private Finished ssh(String stdin, List<String> options, String... command) throws Exception {
        Process process = sshd.ssh(options, command).start();
        try (var input = process.getOutputStream()) {
            input.write(stdin.getBytes(StandardCharsets.UTF_8));
        } catch (IOException notRead) {
            // a refusal does not wait for it
        }
        String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String stderr = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Finished(process.waitFor(), stdout, stderr);
    }

    @Test
    void aCallHasItsStreamsItsExitCodeAndItsSource() throws Exception {
        host.with("my.Service", (call, streams) -> {
            streams.stderr().write("to stderr".getBytes(StandardCharsets.US_ASCII));
            streams.stdin().transferTo(streams.stdout());
            return 7;
        });
        Finished called = ssh(
                "bytes\0\n", List.of(), "qrexec-client-vm", "--source-qube=Local-Qube", "--", "work", "my.Service+arg");
        assertThat(called.stdout()).isEqualTo("bytes\0\n");
        assertThat(called.stderr()).isEqualTo("to stderr");
        assertThat(called.exitCode()).isEqualTo(7);
        assertThat(host.asked).singleElement().satisfies(call -> {
            assertThat(call.requestedSource()).hasValue("Local-Qube");
            assertThat(call.target()).isEqualTo("work");
            assertThat(call.service()).isEqualTo("my.Service+arg");
        });
    }

    @Test
    void thereIsNoShellNoFileNoForwardingAndNoOtherCommand() throws Exception {
        for (List<String> options : List.of(List.<String>of(), List.of("-s"))) {
            for (String command : List.of("", "id", "sh -c id", "qrexec-client-vm work svc;id", "sftp")) {
                Finished refused = ssh("", options, command);
                assertThat(refused.exitCode()).as(options + command).isEqualTo(126);
                assertThat(refused.stdout() + refused.stderr())
                        .as(options + command)
                        .contains("Request refused")
                        .doesNotContain("uid=");
                if (!options.isEmpty()) {
                    break; // the program is the same
                }
            }
        }
        assertThat(ssh("", List.of("-tt"), "id").exitCode()).as("a pty").isEqualTo(255);
        assertThat(ssh("", List.of("-W", "127.0.0.1:9")).exitCode()).isEqualTo(255);
        assertThat(host.asked).isEmpty();
    }

    @Test
    void aRefusalAndAFailureSayNothingElse() throws Exception {
        host.decide = call -> {
            throw new IllegalStateException("policy says no to the secret service");
        };
        Finished refused = ssh("", List.of(), "qrexec-client-vm", "--", "work", "secret");
        assertThat(refused.exitCode()).isIn(125, 126);
        assertThat(refused.stderr()).isIn("Request refused\n", "Request failed\n");
        host.close();
        Finished failed = ssh("", List.of(), "qrexec-client-vm", "--", "work", "secret");
        assertThat(failed.exitCode()).isEqualTo(125);
        assertThat(failed.stderr()).isEqualTo("Request failed\n");
    }

    @Test
    void aCallerThatIsGoneEndsItsCallThoughTheServiceIsSilent() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        host.with("wait", (call, streams) -> {
            began.countDown();
            try {
                new CountDownLatch(1).await();
                return 0;
            } finally {
                ended.countDown();
            }
        });
        Process ssh = sshd.ssh(List.of("-n"), "qrexec-client-vm", "--", "work", "wait")
                .start();
        assertThat(began.await(60, TimeUnit.SECONDS)).isTrue();
        ssh.destroyForcibly();
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void wrongUseIsSaid() {
        assertThat(EndpointMain.run(List.of(), Map.of())).isEqualTo(2);
        assertThat(EndpointMain.run(List.of("--relay"), Map.of())).isEqualTo(2);
        assertThat(EndpointMain.run(List.of("--relay", "../x"), Map.of())).isEqualTo(2);
        assertThat(EndpointMain.run(List.of("--shell"), Map.of())).isEqualTo(2);
        assertThat(EndpointMain.run(List.of("--help"), Map.of())).isZero();
    }
}
