package org.qair.relay.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.relay.Tools;
import org.qair.relay.TransportFixture;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.endpoint.EndpointFixture.Result;
import org.qair.relay.incoming.RelayLimits;
import org.qair.relay.keys.SshKeys;

/** What the endpoint does not do, and what it does not let its peers use up. */
class EndpointHardeningTest {
    private static final byte[] NOTHING = {};

    @TempDir
    Path directory;

    private static EndpointLimits strangers(int unauthenticated, Duration authentication) {
        EndpointLimits usual = EndpointLimits.DEFAULT;
        return new EndpointLimits(
                usual.connectionsPerSecond(),
                usual.connectionsPerSecondPerAddress(),
                unauthenticated,
                unauthenticated,
                authentication,
                usual.authenticationTries(),
                usual.keepAlive(),
                usual.bufferBytes());
    }

    private static RelayLimits relay(int connections, int calls) {
        return new RelayLimits(connections, calls, Optional.empty());
    }

    private static Result ssh(EndpointFixture far, List<String> options, String... command)
            throws IOException, InterruptedException {
        return EndpointFixture.run(far.ssh(options, command), NOTHING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"id", "sh -c id", "qrexec-client-vm dst svc; id", "qrexec-client-vm `id` svc", "internal-sftp"})
    void noCommandButOne(String command) throws Exception {
        try (EndpointFixture far = new EndpointFixture(directory)) {
            Result result = ssh(far, List.of(), command);
            assertThat(result.exitCode()).isEqualTo(126);
            assertThat(result.text()).isEmpty();
            assertThat(result.stderr()).isEqualTo("Request refused\n");
            assertThat(far.switchboard.admitted).isEmpty();
        }
    }

    @Test
    void noShellNoPtyNoSubsystem() throws Exception {
        try (EndpointFixture far = new EndpointFixture(directory)) {
            assertThat(ssh(far, List.of()).exitCode()).isEqualTo(255);
            assertThat(ssh(far, List.of("-tt")).exitCode()).isEqualTo(255);
            assertThat(ssh(far, List.of("-s"), "sftp").exitCode()).isEqualTo(255);
            assertThat(ssh(far, List.of("-tt"), "qrexec-client-vm", "dst", "describe")
                            .stderr())
                    .contains("PTY allocation request failed");
        }
    }

    @Test
    void noForwardingOfPortsOrSockets() throws Exception {
        try (EndpointFixture far = new EndpointFixture(directory)) {
            String here = "127.0.0.1:" + far.endpoint.port();
            assertThat(ssh(far, List.of("-W", here)).exitCode()).isEqualTo(255);
            for (String remote : List.of("0:" + here, directory.resolve("s") + ":" + here)) {
                Result result = ssh(
                        far,
                        List.of("-o", "ExitOnForwardFailure=yes", "-R", remote),
                        "qrexec-client-vm",
                        "d",
                        "describe");
                assertThat(result.exitCode()).isEqualTo(255);
            }
            assertThat(far.switchboard.admitted).isEmpty();
        }
    }

    @Test
    void noPasswordAndNoUnknownKey() throws Exception {
        try (EndpointFixture far = new EndpointFixture(directory)) {
            Path unknown = directory.resolve("unknown");
            SshKeys.create(unknown, "");
            Result byKey = ssh(far, List.of("-i", unknown.toString()), "qrexec-client-vm", "d", "describe");
            assertThat(byKey.exitCode()).isEqualTo(255);
            assertThat(byKey.stderr()).contains("Permission denied (publickey)");
            Result byPassword = ssh(far, List.of("-o", "PubkeyAuthentication=no"), "qrexec-client-vm", "d", "describe");
            assertThat(byPassword.stderr()).contains("Permission denied (publickey)");
            assertThat(far.switchboard.admitted).isEmpty();
        }
    }

    @Test
    void trap6ACallTooManyIsRefusedAloneAndTheOthersGoOn() throws Exception {
        try (EndpointFixture far = new EndpointFixture(directory, relay(8, 3));
                TransportFixture near = new TransportFixture(far.peer())) {
            List<Thread> calls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                calls.add(near.callInThread("gate", Caller.silent()));
                assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isEqualTo("arrived");
            }
            Result other = ssh(far, List.of(), "qrexec-client-vm", "d", "describe");
            assertThat(other.exitCode()).isEqualTo(255);
            calls.add(near.callInThread("gate", Caller.silent()));
            far.switchboard.gate.countDown();
            for (Thread call : calls) {
                call.join();
            }
            assertThat(near.outcomes).hasSize(4).containsOnly(0);
        }
    }

    @Test
    void trap6ConnectionsThatShowNoKeyAreCappedAndEnd() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try (EndpointFixture far = new EndpointFixture(directory, strangers(4, Duration.ofSeconds(2)))) {
            for (int i = 0; i < 4; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), far.endpoint.port());
                assertThat(socket.getInputStream().read()).isEqualTo('S');
                idle.add(socket);
            }
            try (Socket more = new Socket(InetAddress.getLoopbackAddress(), far.endpoint.port())) {
                assertThat(endOf(more)).isTrue();
            }
            for (Socket socket : idle) {
                assertThat(endOf(socket)).isTrue(); // each after its time to show a key
                socket.close();
            }
            assertThat(ssh(far, List.of(), "qrexec-client-vm", "d", "describe").exitCode())
                    .isZero();
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    private static boolean endOf(Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                // the greeting and the goodbye
            }
        } catch (IOException reset) {
            return true;
        }
        return true;
    }

    @Test
    void aRelayHasSoManyConnectionsAndNoMore() throws Exception {
        try (EndpointFixture far = new EndpointFixture(directory, relay(1, 8));
                TransportFixture near = new TransportFixture(far.peer())) {
            Thread call = near.callInThread("gate", Caller.silent());
            assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("arrived");
            assertThat(ssh(far, List.of(), "qrexec-client-vm", "d", "describe").exitCode())
                    .isEqualTo(255);
            far.switchboard.gate.countDown();
            call.join();
            assertThat(near.outcomes).containsExactly(0);
        }
    }

    @Test
    void trap2APeerThatGivesNoSignOfLifeIsGivenUp() throws Exception {
        EndpointLimits quick =
                new EndpointLimits(100, 100, 8, 8, Duration.ofSeconds(10), 3, Duration.ofMillis(300), 1 << 20);
        try (EndpointFixture far = new EndpointFixture(directory, quick)) {
            Process ssh = far.ssh(List.of(), "qrexec-client-vm", "d", "wait").start();
            assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("started");
            Tools.run("kill", "-STOP", String.valueOf(ssh.pid()));
            assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("interrupted");
            ssh.destroyForcibly();
        }
    }
}
