package org.qair.relay.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.call.CallContext;
import org.qair.call.UncheckedCall;
import org.qair.relay.Tools;

/** Plain OpenSSH calls through the endpoint. */
class OpensshClientTest {
    private static final byte[] NOTHING = {};

    @TempDir
    Path directory;

    private EndpointFixture far;

    @BeforeEach
    void open() throws IOException {
        far = new EndpointFixture(directory);
    }

    @AfterEach
    void close() throws IOException {
        far.close();
    }

    private EndpointFixture.Result call(byte[] stdin, String service) throws IOException, InterruptedException {
        return far.call(stdin, "qrexec-client-vm", "--source-qube=Local-Qube", "--", "Remote-Qube", service);
    }

    @Test
    void bringsTheCallToTheSwitchboardWithTheRelayItsKeyIs() throws Exception {
        call(NOTHING, "describe+my_arg");
        assertThat(far.switchboard.admitted)
                .containsExactly(new UncheckedCall(
                        EndpointFixture.RELAY,
                        Optional.of("Local-Qube"),
                        "Remote-Qube",
                        "describe+my_arg",
                        "ssh",
                        CallContext.NONE.next()));
    }

    @Test
    void theUserNameSaysNothing() throws Exception {
        EndpointFixture.run(far.ssh(List.of("-l", "dom0"), "qrexec-client-vm", "Remote-Qube", "describe"), NOTHING);
        assertThat(far.switchboard.admitted).singleElement().satisfies(call -> {
            assertThat(call.caller()).isEqualTo(EndpointFixture.RELAY);
            assertThat(call.requestedSource()).isEmpty();
        });
    }

    @Test
    void carriesBytesUnchanged() throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        EndpointFixture.Result result = call(bytes, "echo");
        assertThat(result.stdout()).isEqualTo(bytes);
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void keepsStdoutAndStderrApart() throws Exception {
        EndpointFixture.Result result = call(NOTHING, "interleave");
        assertThat(result.text()).isEqualTo("o".repeat(100));
        assertThat(result.stderr()).isEqualTo("e".repeat(100));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 125, 126, 127, 255})
    void givesTheExitCodeOfTheService(int code) throws Exception {
        EndpointFixture.Result result = call(NOTHING, "echo+" + code);
        assertThat(result.exitCode()).isEqualTo(code);
        assertThat(result.stderr()).isEmpty();
    }

    @Test
    void saysNoMoreThanThatACallWasRefusedOrFailed() throws Exception {
        EndpointFixture.Result refused = call(NOTHING, "refused");
        assertThat(refused.exitCode()).isEqualTo(126);
        assertThat(refused.stderr()).isEqualTo("Request refused\n");
        EndpointFixture.Result failed = call(NOTHING, "failed");
        assertThat(failed.exitCode()).isEqualTo(125);
        assertThat(failed.stderr()).isEqualTo("Request failed\n");
        assertThat(call(NOTHING, "unknown").exitCode()).isEqualTo(127);
    }

    @Test
    void theServiceMayEndItsOutputFirst() throws Exception {
        Process process =
                far.ssh(List.of(), "qrexec-client-vm", "Remote-Qube", "half+4").start();
        assertThat(process.getInputStream().readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("bye");
        process.getOutputStream().write("late".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("read late");
        assertThat(process.waitFor(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(4);
    }

    /** Over a master connection OpenSSH closes a channel as soon as both of its directions have ended. */
    @Test
    void aMasterConnectionGetsEveryExitCode() throws Exception {
        Path control = directory.resolve("control");
        List<String> path = List.of("-o", "ControlPath=" + control);
        Process master =
                far.ssh(List.of("-M", "-N", "-o", "ControlPath=" + control)).start();
        try {
            while (!Files.exists(control)) {
                assertThat(master.isAlive()).isTrue();
                Thread.onSpinWait();
            }
            for (int i = 0; i < 20; i++) {
                EndpointFixture.Result result =
                        EndpointFixture.run(far.ssh(path, "qrexec-client-vm", "Remote-Qube", "half+4"), NOTHING);
                assertThat(result.exitCode()).isEqualTo(4);
            }
        } finally {
            master.destroy();
            master.onExit().join();
        }
    }

    @Test
    void emptyAndAbsentArgumentsAndNamesAtTheLimitsArrive() throws Exception {
        String name = "n" + "-".repeat(62);
        for (String service : List.of("describe", "describe+", "-minus", "describe+a+b+")) {
            EndpointFixture.Result result =
                    far.call(NOTHING, "qrexec-client-vm", "--source-qube=" + name, "--", name, service);
            assertThat(result.exitCode()).isZero();
            assertThat(result.text()).contains("[" + name + "]", "target=" + name, "service=" + service + ",");
        }
        assertThat(call(NOTHING, "length+" + "x".repeat(60_000)).text()).isEqualTo("60007");
    }

    @Test
    void aClientThatDiesEndsItsCall() throws Exception {
        Process process =
                far.ssh(List.of(), "qrexec-client-vm", "Remote-Qube", "wait").start();
        assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("started");
        process.destroyForcibly();
        assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("interrupted");
    }

    @Test
    void aClientThatDiesInTheMiddleOfItsInputIsNoEndOfInput() throws Exception {
        Process process =
                far.ssh(List.of(), "qrexec-client-vm", "Remote-Qube", "echo").start();
        process.getOutputStream().write("half of it".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        assertThat(process.getInputStream().readNBytes(10)).hasSize(10);
        process.destroyForcibly();
        assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .startsWith("lost: ");
    }

    /** Both sides have sent all they had; then OpenSSH sends its close before the exit code has come. */
    @Test
    void aServiceThatRunsOnWithoutStreamsKeepsItsExitCode() throws Exception {
        Path log = directory.resolve("master.log");
        String control = directory.resolve("c").toString();
        Process master = far.ssh(List.of("-v", "-v", "-M", "-N", "-S", control))
                .redirectError(log.toFile())
                .start();
        try {
            Tools.until(() -> Files.exists(Path.of(control)));
            ProcessBuilder call = far.ssh(List.of("-S", control), "qrexec-client-vm", "Remote-Qube", "closed+4");
            Process process = call.redirectInput(Path.of("/dev/null").toFile()).start();
            assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("read ");
            Tools.until(() -> read(log).contains(": send close"));
            far.switchboard.gate.countDown();
            assertThat(process.waitFor(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(process.exitValue()).isEqualTo(4);
        } finally {
            master.destroy();
            master.waitFor();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
