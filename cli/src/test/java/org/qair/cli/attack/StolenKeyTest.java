package org.qair.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A thief who has copied a relay's key, with the ssh of the system. */
@Timeout(180)
@ExtendWith(AttackedHosts.Shared.class)
class StolenKeyTest {
    @TempDir
    Path thief;

    private final AttackedHosts hosts;

    StolenKeyTest(AttackedHosts hosts) {
        this.hosts = hosts;
    }

    @BeforeEach
    void nothingRanYet() throws Exception {
        hosts.whatRan();
    }

    @AfterEach
    void nobodyElseNotices() throws Exception {
        hosts.bystanderGoesOn();
    }

    /** Logged in with a relay's key. */
    private List<String> ssh(String relay, String... words) throws Exception {
        Path stolen = thief.resolve(relay);
        if (!Files.exists(stolen)) {
            Files.copy(
                    hosts.near.layout.keys().resolve("relay-" + relay),
                    stolen,
                    java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        List<String> command = new ArrayList<>(hosts.ssh(stolen));
        command.addAll(List.of(words));
        return command;
    }

    private int call(String source) throws Exception {
        return Attacker.run(ssh("Relay", "qrexec-client-vm", "--source-qube=" + source, "--", "work", "test.Who"))
                .exitCode();
    }

    @ParameterizedTest(name = "as {0}")
    @CsvSource(delimiter = '|', textBlock = """
            AppVM1 | no statement of its host came with this one
            Calm   | relayvm
            vault  | only a RemoteVM is spoken for
            dom0   | only a RemoteVM is spoken for
            nobody | is no qube of this system
            """)
    void itSpeaksForNobodyThatMustBeProvenOrIsBehindAnother(String source, String reason) throws Exception {
        assertThat(call(source)).isEqualTo(126);
        assertThat(hosts.whyFarRefused())
                .hasValueSatisfying(why -> assertThat(why).contains(reason));
        assertThat(hosts.whatRan()).isEmpty();
    }

    @Test
    void itGetsNoShellNoFileNoWayOn() throws Exception {
        assertThat(Attacker.run(ssh("Relay")).exitCode()).as("a shell").isEqualTo(255);
        assertThat(Attacker.run(ssh("Relay", "sh", "-c", "id")).exitCode()).isEqualTo(126);
        List<String> sftp = ssh("Relay", "sftp");
        sftp.add(1, "-s");
        assertThat(Attacker.run(sftp).exitCode()).as("sftp").isEqualTo(255);
        List<String> onwards = ssh("Relay");
        onwards.addAll(1, List.of("-W", hosts.far.endpoint()));
        assertThat(Attacker.run(onwards).exitCode()).as("a forwarding").isEqualTo(255);
    }

    @Test
    void whatItHasOpenEndsWhenTheKeyIsRevoked() throws Exception {
        Process open = new ProcessBuilder(
                        ssh("Lost-Relay", "qrexec-client-vm", "--source-qube=Loser", "--", "work", "test.Echo"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        open.getOutputStream().write("before\n".getBytes(StandardCharsets.US_ASCII));
        open.getOutputStream().flush();
        assertThat(new String(open.getInputStream().readNBytes(7), StandardCharsets.US_ASCII))
                .isEqualTo("before\n");
        hosts.far.qair("key", "revoke", "Lost-Relay");
        assertThat(open.waitFor(60, TimeUnit.SECONDS)).as("the call ends").isTrue();
        assertThat(open.exitValue()).isNotZero();
        assertThat(Attacker.run(ssh("Lost-Relay", "qrexec-client-vm", "work", "test.Who"))
                        .exitCode())
                .isEqualTo(255);
        assertThat(hosts.whatRan()).isEmpty();
    }
}
